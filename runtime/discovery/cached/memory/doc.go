// Package memory remembers what discovery told, within one process.
//
// The first question asks the server for everything at once; later ones are answered from memory until Invalidate. A
// miss is not looked up again: [ErrCacheNotFound] tells to invalidate and ask once more. Only a group-version whose
// answer was a passing failure (the server was overloaded, unreachable, or the context ended) is asked for again when
// it is next wanted.
package memory
