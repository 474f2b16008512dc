// Package v1alpha1 is version v1alpha1 of the group fleet.typewright.dev: the first draft of Robots and Sites, kept for
// programs that were written against it.
//
// +k8s:deepcopy-gen=package
// +k8s:register-gen=true
// +groupName=fleet.typewright.dev
package v1alpha1
