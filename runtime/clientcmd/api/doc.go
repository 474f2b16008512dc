// Package api contains the in-memory form of a kubeconfig, in which clusters, users and contexts are maps by name. The rest of
// clientcmd and [github.com/typewright/typewright/runtime/rest] use it. The format of files is in package api/v1, and package
// api/latest reads and writes it.
//
// The values are plain data without locks: give each goroutine a copy of a Config, unless none changes it.
//
// +k8s:deepcopy-gen=package
package api
