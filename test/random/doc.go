// Package random holds the generators to random API packages. It has no code for others, only tests.
//
// A seed makes a project: packages with types of every form that Go and Kubernetes allow (package source has the tables).
// Both commands run on it, each as a process of its own with a limit on its memory. What they emit is vetted, and package
// check tries it: copies, decoders, apply configurations, fakes, informers. A second run has to make the same bytes, and
// --verify has to find nothing to do. Many projects share one Go module, so that they are compiled together. Compiling takes far
// longer than all else: of most projects of a usual run go/types checks the types, which finds what a compiler refuses, and
// -random.run says how many packages are compiled and tried. The go command, which tells the generators of packages, is mostly
// replaced by a stand-in that remembers, and of which a test holds that it says the same.
//
//	go test ./test/random                                          # 50 packages
//	go test ./test/random -random.packages 2000 -random.run 2000   # hack/long.sh random, but for the time limit
//	go test ./test/random -random.packages 1 -random.seed 1234     # one project again, as a failure names it
//
// Beside that, a project has every form once ([source.Catalogue]), defects are planted in input, which has to be refused, and
// faults in output, which the checks have to find.
//
// The first project that fails is reduced to what matters, in -random.shrink trials, which are the same for the same seed: packages,
// kinds and fields are taken away as long as what is left fails for the same reason. Its source is printed with the seed.
//
// Each project has a seed of its own, and the projects of a run have seeds that follow each other. -random.keep names a
// folder that the failing projects are left in. -random.only names forms of fields, of which alone projects are made, -random.also forms that are off.
package random
