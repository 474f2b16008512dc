// Package storage is what lies behind the API server of tests and behind the fakes: objects by resource, namespace and
// name, one rising version for all of them, and a window of past events from which watches begin and past states are read.
//
// It knows nothing of HTTP, and of objects only what [Options] tell it: T is a pointer or an interface that holds one,
// and its zero value means "no object". Objects that the storage hands out are shared: nobody writes to them.
package storage
