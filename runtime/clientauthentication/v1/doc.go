// Package v1 has the types by which clients and programs that print credentials (exec plugins) speak, in version v1.
//
// +k8s:deepcopy-gen=package
// +groupName=client.authentication.k8s.io
package v1
