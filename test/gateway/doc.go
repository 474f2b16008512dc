// Package gateway tests the generators on the types of another project: it emits everything from the APIs of
// sigs.k8s.io/gateway-api, compiles the output, and uses a Gateway through the emitted client and informer. It is a separate
// module, so that the main module does not depend on gateway-api.
package gateway
