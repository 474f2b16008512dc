// Package compare sends random sequences of steps to two servers, and reports where their answers differ.
//
// The seed of a sequence determines its steps. The packages that use this one say what a step is, how to play it, and which differences
// are known: a step of package differ is an HTTP request, one of package kubectl a command line. For a difference that is not known, Run
// removes steps one by one as long as the difference stays, and logs the sequence that is left.
package compare
