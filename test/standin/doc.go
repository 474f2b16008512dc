// Package standin tests the module standin/, which replaces k8s.io/client-go: it has every exported name of client-go, its variables are
// those of this project, and existing programs compile with it and pass their tests with no change but a replace directive.
//
// By default the tests run the programs that are marked "default" in testdata/programs.txt, and migrate one program with clientgen in
// both ways. With -programs all they run every program, which takes an hour the first time.
package standin
