// Package v1 is version v1 of the group telemetry.fleet.typewright.dev: what robots measure.
//
// +k8s:deepcopy-gen=package
// +k8s:register-gen=true
// +groupName=telemetry.fleet.typewright.dev
// +groupGoName=Telemetry
package v1
