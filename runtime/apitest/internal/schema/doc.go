// Package schema knows what objects look like: OpenAPI schemas of Go types, read by reflection, and of custom resource
// definitions; the type converters that server-side apply merges by; and what a definition's schema prunes, defaults and
// refuses.
//
// What k8s.io/api says about its types in comments only, such as how lists merge, stands in builtin.txt, which
// builtin_gen.go reads from its sources.
package schema

//go:generate go run builtin_gen.go
