// Package surface tests that this project has the exported names of client-go and of clients that Kubernetes' generators made.
//
// For the APIs of gateway-api, metrics and Kubernetes, every exported declaration of the published clients must be in the clients that our
// generators emit, with the same signature apart from import paths. The declarations are read from source, which is not compiled.
//
// The handwritten packages of client-go are compared with ours by type. testdata/clientgo.txt lists what is missing or different, with
// the reasons.
//
// This is a separate module, so that the main module does not depend on client-go.
package surface
