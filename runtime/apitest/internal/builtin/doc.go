// Package builtin knows what a real API server does for its built-in kinds alone: the defaults that it fills in, the first
// status of new objects, the columns that kubectl prints, and the rules that objects must keep.
//
// Kubernetes has all of this for every kind, in code that nobody can import. The package has the part that clients rely on
// most; each function says which part that is. Custom resource definitions are a built-in kind too.
//
// All functions are pure: they look at a resource and an object, and change nothing but the object that they are given.
package builtin
