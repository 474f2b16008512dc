// Package clientcmd finds, reads, merges, validates and writes kubeconfig files as kubectl does, and builds client
// configurations from them.
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
// The first file that sets a value wins. A cluster, user, context or extension is taken whole from the first file that has
// one of that name; the current context and the preferences are taken field by field. Missing files are skipped. Files that
// cannot be read are reported together, each by name. Relative paths are relative to the file that contains them, and are
// made absolute.
//
// # Writing
//
// [ModifyConfig] writes each stanza back to the file that it came from, [WriteToFile] writes a whole file. Both rename a
// temporary file into place, under the lock file that kubectl uses too, so programs that write at the same time do not undo
// each other's changes.
//
// # Errors
//
// Errors name the file and the key, and never quote a value that may be secret. [IsEmptyConfig], [IsContextNotFound] and
// [IsConfigurationInvalid] tell them apart. Configs, and all types that hold one, print without secrets.
package clientcmd
