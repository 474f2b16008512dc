// Package source makes random API packages: Go types with markers, in every form that Go and Kubernetes allow and in many layouts. The
// same seed makes the same project.
//
// Tables list the forms of fields, types, tags and packages ([Fields], [Types], [Tags], [Quirks]). Each row has a name, which is part of
// names in the emitted Go code, so that the messages of compilers and tests name it. A row can be off, with a reason.
package source
