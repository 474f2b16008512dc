// Package v1 is the format of kubeconfig files: lists of named clusters, users and contexts, in YAML or JSON. Programs
// use package api's maps; package api/latest converts between the two with this package's functions.
//
// +k8s:deepcopy-gen=package
package v1
