// Package load finds the packages that a run of the generators reads and turns them into the plain data of
// [github.com/typewright/typewright/gen/model].
//
// It reads as little as the model needs. The go command tells which files belong to a package under the present build tags,
// modules, workspace and vendor folder, in one call for the input and all that it imports (golist.go). Files are parsed as syntax
// with comments; function bodies of generated files and of packages that are not input are cut out before the parser sees them.
// Names are resolved by import tables, so nothing is type-checked: packages whose types a field names are read when they are
// needed, in rounds.
//
// This is the only package that imports golang.org/x/tools/go/packages.
package load
