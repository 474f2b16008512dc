// Package crd makes CustomResourceDefinitions from Go types.
//
// [Definitions] takes the objects of a model and returns one [Definition] for each group and kind, with a structural OpenAPI
// schema for each version. It works in three steps. types.go turns type expressions into schemas in which named types are
// still references, and applies the markers of fields and types (markers.go, values.go). flatten.go replaces the references
// and merges what a type says with what a field says. definition.go adds what concerns the whole definition: names, scope,
// versions, columns and subresources.
//
// The result agrees with that of controller-gen for the same input, but for the differences that docs/decisions/crds.md lists.
// The package knows nothing of files or of YAML: [Definition.Document] is plain data.
package crd
