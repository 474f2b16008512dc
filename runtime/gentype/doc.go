// Package gentype is what clients are made of that client-gen of Kubernetes emits, with its imports changed from
// k8s.io/client-go/gentype to this package. clientgen emits clients over package typed, and so do these types: what they
// embed has the verbs, and lists and watches with types besides.
package gentype
