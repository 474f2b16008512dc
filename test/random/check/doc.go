// Package check tests code that was generated from random API packages: deep copies equal the original and share no memory with it,
// decoders read what sigs.k8s.io/json reads, encoders write what encoding/json writes, apply configurations hold what their types hold, and
// fakes, informers and listers return what was written.
//
// It finds typed clients, apply configurations and informers by reflection. Everything else that it has to know about a project is in a
// [Project], which test/random writes as Go code.
package check
