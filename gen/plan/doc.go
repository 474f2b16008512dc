// Package plan decides what a run emits: which files, and what stands in each.
//
// It is the stage between [github.com/typewright/typewright/gen/model], which describes the input, and
// [github.com/typewright/typewright/gen/templates], which prints. [Make] takes a model and the names of the chosen
// artifacts, finds every problem of the input that would make emitted code wrong, and returns a [Plan]: a list of files,
// each with its path and a [Content]. In a content types are resolved, names are chosen so that none hides another, and
// it is decided which statements copy or decode a value. A template prints a content and has nothing left to decide.
//
// Where to look: artifacts.go is the table of everything that can be emitted. A file for each topic holds the contents of
// that topic and the functions that make them. Files named check… find problems. The plan imports the model and nothing
// that writes Go.
package plan
