// Package clientcmd finds, reads and merges kubeconfig files as kubectl does, and makes client configurations of them.
//
//	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
//
// builds one from a file; with neither a file nor a server it falls back to the credentials of a pod.
// [NewDefaultClientConfigLoadingRules] follows $KUBECONFIG and $HOME/.kube/config instead.
package clientcmd
