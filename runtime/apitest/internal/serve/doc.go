// Package serve answers the requests of Kubernetes clients: it routes them, reads options and bodies, does what the verbs
// do, and answers in the words of the real server.
//
// A request goes through ServeHTTP to the verb in the file of its name. Verbs read and write [storage.Storage]; what they do
// to an object on its way there is in prepare.go, who owns which of its fields in fieldmanager.go.
package serve
