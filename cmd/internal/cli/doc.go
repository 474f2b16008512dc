// Package cli is what the commands clientgen and informergen share: flags, the run, and what is said about it. It writes
// to the streams that it is given and returns an exit code, so that tests call it like a function.
package cli
