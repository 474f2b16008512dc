// Package clientauthentication has the types by which clients and programs that print credentials (exec plugins) speak, in the form
// that all versions convert to. Programs read and print v1 or v1beta1.
//
// +k8s:deepcopy-gen=package
// +groupName=client.authentication.k8s.io
package clientauthentication
