// Package v1beta1 is version v1beta1 of the group fleet.typewright.dev: robots and the sites that they work on.
//
// +k8s:deepcopy-gen=package
// +k8s:register-gen=true
// +groupName=fleet.typewright.dev
package v1beta1
