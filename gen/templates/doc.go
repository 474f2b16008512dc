// Package templates renders a finished model as Go source. Every kind of emitted file is one row of the table in
// registry.go and one function that builds such a file as a tree of [github.com/dave/jennifer/jen] code; the table is
// the place to start reading.
//
// A template sees the model only: no flags, no files, no go/types. It decides what a file says; how the source is laid
// out (header, order of imports, formatting) is the concern of finish.go and the same for all.
//
// Conventions: above a chain of builders stands the Go that it produces; the import path and alias of every package
// that emitted code names stand in imports.go; names that are derived from kinds are made in names.go.
package templates
