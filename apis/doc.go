// Package apis holds the project's sample APIs: the types of two groups, which together use every marker of the generators.
//
//   - fleet.typewright.dev (v1alpha1, v1beta1): Robots, which are namespaced and have a status, on cluster-scoped Sites.
//   - telemetry.fleet.typewright.dev (v1): Probes, without status and with subresources, and kinds with only some verbs.
//
// The generators emit into the folder generated, and into zz_generated.*.go beside the types.
package apis

//go:generate go tool clientgen
//go:generate go tool informergen
