// Package serve answers the requests of Kubernetes clients: it finds the resource that a path names, does what the verb asks
// for, and keeps the objects.
//
// A request goes from API.ServeHTTP through route.go to the verb in the file of its name. A verb reads and writes
// the storage. On its way there an object goes through prepare.go, which fills in and checks what the server decides,
// and through fieldmanager.go, which keeps track of who owns which of its fields. How objects look to clients is the matter of
// package encode, what is special about built-in kinds that of package builtin.
package serve
