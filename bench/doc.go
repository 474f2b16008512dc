// Package bench holds side-by-side measurements against client-go and Kubernetes' code generators: the same input, the
// same machine, the two in turn, in one run. Each program prints lines in the format of Go's benchmarks, so that
// benchstat reads them, and then the ratios. It is a module of its own, the only one that needs the incumbents for
// speed's sake.
package bench
