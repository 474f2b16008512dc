// Package bench compares the speed of this project with client-go and Kubernetes' code generators: the same input, on the
// same machine, alternating in one run. Each program prints lines in the format of Go's benchmarks, for benchstat, and then
// the ratios. It is a separate module, so that the main module does not depend on client-go.
package bench
