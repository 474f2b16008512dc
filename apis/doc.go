// Package apis holds the project's own sample APIs: the types of two groups, which between them use every marker that
// the generators know.
//
//   - fleet.typewright.dev (v1alpha1, v1beta1): Robots, which live in a namespace and report a status, on Sites, which
//     belong to the whole cluster.
//   - telemetry.fleet.typewright.dev (v1): Probes without status and with subresources of their own, and kinds that
//     offer a part of the verbs only.
//
// What the generators emit from them lies in the folder generated, and beside the types in zz_generated.*.go.
package apis

//go:generate go tool clientgen
//go:generate go tool informergen
