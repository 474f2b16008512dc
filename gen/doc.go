// Package gen runs the generators: it turns Go types with markers into typed Kubernetes clients, listers, informers and
// what they need. The commands clientgen and informergen are thin shells around [Run].
//
// A run has four visible steps: load the packages, build the model, render the templates, and gather the files with the
// folders that they belong to. Nothing is written: what comes of the files is decided by
// [github.com/typewright/typewright/gen/emit].
package gen
