// Package model describes, as plain data, everything that a run of the generators emits from: the groups, versions and
// kinds of an API, the Go types that they are made of, and the places to which files go.
//
// [github.com/typewright/typewright/gen/load] builds a model from source; [github.com/typewright/typewright/gen/templates]
// renders it. Nothing in a model reaches back to the filesystem, to flags or to go/types, so that a template can be
// tested on a model written by hand, and a finished model can be shared by any number of goroutines: it is never
// changed once it is built.
package model
