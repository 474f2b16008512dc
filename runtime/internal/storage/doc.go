// Package storage is the storage of the test API server and of the fakes: objects by resource, namespace and name, one
// increasing version for all of them, and a window of past events, for watches and past states.
//
// It does not depend on HTTP, and treats objects only as [Options] say: T is a pointer or an interface that holds one,
// and its zero value means "no object". The objects it returns are shared: do not change them.
package storage
