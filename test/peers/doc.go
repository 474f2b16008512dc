// Package peers runs client-go's own tests on our packages.
//
// The test files are read from the module cache and compiled, by an overlay of the build, into our package of the same name
// with their imports mapped; nothing of them is kept here. A declaration that does not compile is left out, and so is what
// needs it. Where that is for want of one of client-go's unexported names the test is about client-go's insides, and is
// counted as internal. Every other test has to pass, or stands in testdata/differ.txt with the reason; a test that stands
// there and passes fails the run, too.
//
// testdata/rewrites.txt and testdata/shims replace literals of unexported types by exported functions, so that tests of
// behaviour which only begin with such a literal run as well.
//
// -peers.standin runs them under client-go's own paths instead, on the stand-in of the module standin/, external test packages
// included. It has no unexported names, so more tests count as internal there. What does not pass there and does here stands in
// testdata/differ-standin.txt.
//
// -peers.show prints why each declaration was left out, and what failing tests printed.
package peers
