// Package gen runs the generators: it turns Go types with markers into typed Kubernetes clients, listers and informers.
// The commands clientgen and informergen are thin shells around [Run].
//
// The way of a type from source to file: settle → load → model → plan → templates → emit.
//
//  1. settle (config.go) fills in the defaults of the settings: input, output, header, artifacts.
//  2. [github.com/typewright/typewright/gen/load] reads the package of the type, and the packages that its fields name.
//  3. [github.com/typewright/typewright/gen/model] reads the markers: the type is a kind with a name, a resource and verbs.
//  4. [github.com/typewright/typewright/gen/plan] decides which files mention the type and what stands there.
//  5. [github.com/typewright/typewright/gen/templates] prints these files as Go.
//  6. [github.com/typewright/typewright/gen/emit] compares them with the disk and writes those that differ.
//
// Each stage hands on something complete that no later stage changes. [Run] makes the first five and writes nothing. Problems
// of the input are found in the stages 2 to 4, so what reaches a template can be printed.
package gen
