// Package check tells whether what was generated from random API packages does what it should: copies are equal and share
// nothing, decoders read what sigs.k8s.io/json reads, encoders write what encoding/json writes, apply configurations hold what the types hold, fakes, informers and
// listers keep what they are given.
//
// It finds typed clients, apply configurations and informers by reflection, so that all it needs to be told about a project is
// a [Project], which test/random writes as Go code.
package check
