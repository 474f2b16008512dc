// Package latest reads and writes kubeconfig files in the newest version of their format, v1, which is the only one.
//
// What kubectl reads is read here: YAML or JSON, names case-sensitive, unknown fields left out, extensions kept. Where
// kubectl guesses, this package fails: a second document in a file, of which kubectl reads the first and says nothing.
package latest
