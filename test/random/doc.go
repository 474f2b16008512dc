// Package random tests the generators with random API packages. It has only tests.
//
// A seed determines a project: packages with types of every form that Go and Kubernetes allow (package source has the tables). Both
// commands run on it, each in a process with limited memory. The output is vetted, and package check tests it: copies, decoders, apply
// configurations, fakes and informers. A second run must write the same bytes, and --verify must find nothing to do. Many projects share
// one Go module, so that they are compiled together. Compiling takes most of the time, so a usual run compiles and tests only some
// packages (-random.run), and checks the types of the others with go/types, which finds the errors that a compiler would find. The
// generators ask the go command for packages. To save time, the tests put a stand-in for it on the PATH that answers go list from a
// cache; a test compares its answers with those of the go command.
//
//	go test ./test/random                                          # 50 packages
//	go test ./test/random -random.packages 2000 -random.run 2000   # hack/long.sh random, but for the time limit
//	go test ./test/random -random.packages 1 -random.seed 1234     # one project again, as a failure names it
//
// Other tests use a project that has every form once ([source.Catalogue]), plant defects in the input, which the generators must refuse,
// and plant faults in the output, which the checks must find.
//
// The first project that fails is reduced in at most -random.shrink trials: packages, kinds and fields are removed as long as the rest
// fails for the same reason. The source of the rest is printed with the seed. The same seed leads to the same trials.
//
// The projects of a run have consecutive seeds. -random.keep names a folder in which failing projects are kept. -random.only names the
// only forms of fields to use, -random.also forms to use although they are off.
package random
