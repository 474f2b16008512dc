// Package clientgo is the root of the module that takes the place of k8s.io/client-go. A program moves over by a line of its go.mod:
//
//	replace k8s.io/client-go => github.com/typewright/typewright/standin v0.0.0
//
// Every package has the path and the names of client-go's. Types are aliases of ours, variables are ours under a second name, and
// functions call ours, so that a program may import both paths beside each other. The files zz_generated.standin.go are emitted by
// hack/standin; other files are written by hand.
package clientgo
