// Package source makes random API packages: Go types with markers, of every form that Go and Kubernetes allow, in every
// layout that projects have. The same seed makes the same project.
//
// What a field, a type, a tag or a package can look like is a row of a table ([Fields], [Types], [Tags], [Quirks]). A row has a
// name, which is part of the names in the emitted Go code, so that a message of a compiler or a test tells what it is about. A
// row that is off says why.
package source
