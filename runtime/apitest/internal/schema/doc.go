// Package schema has OpenAPI schemas of Go types, read by reflection, and of custom resource definitions; the type converters of
// server-side apply; and the pruning, defaulting and validation by a definition's schema.
//
// Markers in the comments of k8s.io/api, such as how lists merge, are in builtin.txt, the values of enum types in enums.txt, and descriptions
// that SwaggerDoc shortens in docs.txt; builtin_gen.go generates them from the sources.
package schema

//go:generate go run builtin_gen.go
