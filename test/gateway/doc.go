// Package gateway proves the generators on types that nobody here wrote: it emits everything from the APIs of
// sigs.k8s.io/gateway-api, compiles what comes out, and drives a Gateway through the emitted client and informer. It is
// a module of its own, so that gateway-api weighs on nobody.
package gateway
