// Package api holds a kubeconfig in memory: clusters, users and contexts by name, as the rest of clientcmd and
// [github.com/typewright/typewright/runtime/rest] use it. The format on disk is package api/v1's, and package
// api/latest reads and writes it.
//
// The values are plain data: nothing here locks, and whoever shares a Config between goroutines copies it first.
//
// +k8s:deepcopy-gen=package
package api
