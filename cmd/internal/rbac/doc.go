// Package rbac finds out which requests a program can send with its clients, and writes the role that allows them.
//
// It analyses the program's own packages, and those dependencies that import clients, in SSA form; of everything else it knows the
// declarations. Generated clients, listers and informers, and the libraries below them, are never analysed: what a call into them
// sends follows from its method, see verbs.go and library.go. They are recognised by their shape, so it does not matter which
// generator made them and which import path they have.
//
// The stages: load.go and check.go (packages to SSA), reach.go (functions that can run), flow.go (which client, namespace or resource
// a variable may hold), uses.go (calls to uses), role.go (uses to rules), compare.go (rules and a file).
package rbac
