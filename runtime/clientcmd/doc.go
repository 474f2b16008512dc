// Package clientcmd finds, reads, merges, checks and writes kubeconfig files as kubectl does, and makes client
// configurations of them.
//
//	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
//
// builds one from a file; with neither a file nor a server it falls back to the credentials of a pod. Programs that follow
// $KUBECONFIG, $HOME/.kube/config and kubectl's flags load when they first need to:
//
//	rules, overrides := clientcmd.NewDefaultClientConfigLoadingRules(), &clientcmd.ConfigOverrides{}
//	clientcmd.BindOverrideFlags(overrides, flags, clientcmd.RecommendedConfigOverrideFlags(""))
//	kubeconfig := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides)
//	config, err := kubeconfig.ClientConfig()
//
// [NewReloadingConfig] instead follows the files while the program runs.
//
// # Merging
//
// Of several files the first to say something is right: clusters, users, contexts and extensions come whole from the first
// file that has one of that name, the current context and preferences field by field from the first that sets them.
// Missing files are left out; those that cannot be read are reported together, each by name. Relative paths are relative
// to the file that they stand in, and come out absolute.
//
// # Writing
//
// [ModifyConfig] writes each stanza back to its file, and [WriteToFile] a whole file: by renaming a temporary, under a lock
// that kubectl knows. Programs that write at once lose nothing of each other's.
//
// # Errors
//
// They name the file and the key, and never quote what may be secret. [IsEmptyConfig], [IsContextNotFound] and
// [IsConfigurationInvalid] tell them apart. Configs, and whatever holds one, print without secrets.
package clientcmd
