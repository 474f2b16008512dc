// Package peers runs client-go's own tests on our packages.
//
// The test files are read from the module cache, and no copy of them is kept here. Their imports are mapped, and an overlay of the go
// command compiles them into our package of the same name. A declaration that does not compile is left out, with everything that needs
// it. If that is because one of client-go's unexported names is missing, the test depends on client-go's implementation and counts as
// internal. Every other test has to pass, or testdata/differ.txt lists it with the reason. A listed test that passes is an error.
//
// testdata/rewrites.txt and testdata/shims replace literals of unexported types by calls of exported functions, so that tests that only
// set up their subject with such a literal run as well.
//
// -peers.standin runs the tests under client-go's own import paths instead, on the module standin/. That module has no unexported names,
// so more tests count as internal. testdata/differ-standin.txt lists tests that fail only there.
//
// -peers.show prints why each declaration was left out, and the output of failing tests.
package peers
