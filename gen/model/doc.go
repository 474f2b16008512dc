// Package model describes the input of a run as plain data: the groups, versions and kinds of an API, the Go types that they
// are made of, and the folders and packages to which artifacts go.
//
// [github.com/typewright/typewright/gen/load] reads packages as [Package] values. [Build] reads their markers, gives groups,
// versions and kinds their names, and returns an [API], or all problems of the input. Nothing changes an API afterwards, so
// any number of goroutines may share it. It holds no files, flags or values of go/types, so tests can write one by hand.
// [github.com/typewright/typewright/gen/plan] decides what is emitted from it.
package model
