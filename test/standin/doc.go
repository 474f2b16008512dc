// Package standin tests the module standin/, which takes the place of k8s.io/client-go: that it has every name of client-go, that
// its variables are ours, and that existing programs build on it and pass their tests, untouched but for the replace directive.
//
// By default two programs are tried: one is moved with clientgen migrate, both ways. -programs all tries each of
// testdata/programs.txt, which takes an hour the first time.
package standin
