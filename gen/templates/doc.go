// Package templates prints plans as Go source. Each [github.com/typewright/typewright/gen/plan.Content] has a function that
// prints it as a tree of [github.com/dave/jennifer/jen] code; printContent in render.go is the list of them, and the place to
// start reading.
//
// A template sees a content and parts of the model, and decides nothing: which files there are, which types, names and
// statements stand in them is decided in package plan. The header, the order of imports and the formatting are the same for
// all files: see finish.go.
//
// Conventions: a comment above a chain of builders shows the Go that it writes. Import paths and aliases of packages that
// emitted code names stand in package plan.
package templates
