// Package inspect shows what a program that follows Kubernetes does now: its informers with their failures, the handlers that
// are behind, its queues, controllers, leader elections and shards. [New] makes a page of it for people, which is JSON for machines;
// package collector makes Prometheus metrics of it.
//
//	page, err := inspect.New(inspect.Options{Factories: []inspect.Factory{factory}, Controllers: []inspect.Controller{robots}})
//	…
//	mux.Handle("/debug/typewright", page)
//	go http.ListenAndServe("localhost:6060", mux)
//
// Nothing is served unless a program mounts it. The page tells names of objects and the texts of errors, so serve it on a loopback
// address, as above, or behind the authentication of the program's other debugging pages; "kubectl port-forward" reaches the
// former in a pod. The page changes nothing, and asks the API server nothing.
package inspect
