// Package builtin does what a real API server does only for built-in kinds: it sets defaults and the first status of new objects, has
// the columns that kubectl prints, and validates objects.
//
// Kubernetes has all of this for every kind, in code that cannot be imported. This package has the parts that clients rely on most; each
// function says which these are. Custom resource definitions are a built-in kind too.
//
// The functions have no state: they read a resource and an object, and change nothing but the object.
package builtin
