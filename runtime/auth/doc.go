// Package auth is a JSON file of credentials, as the first clients of Kubernetes kept them before there were kubeconfigs.
// clientcmd's AuthLoaders read it.
package auth
