// Package v1alpha1 is version v1alpha1 of the group notices.example.com.
//
// +k8s:deepcopy-gen=package
// +k8s:register-gen=true
// +groupName=notices.example.com
package v1alpha1
