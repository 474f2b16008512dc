// Package kubectl compares the server of runtime/apitest with a kube-apiserver by random sequences of kubectl commands.
//
// A step is a line for sh, mostly one call of kubectl: create, apply (client-side and server-side), replace of what get printed, edit,
// patch, diff, get in every output format, wait, explain, delete and more, with valid and invalid arguments, about a few objects of one
// kind. A sequence runs against both servers in a new namespace, whose name is $NS. The test compares the output of kubectl, its exit code,
// and the objects after the last step, managed fields included. It replaces only what must differ: UIDs, times, ages, resource versions,
// allocated ports and addresses, and names of files. differences.txt of runtime/apitest/conformance lists the known differences, as for
// package differ.
//
//	go test ./kubectl -kubectl.sequences=1000 -kubectl.show=50 -timeout 2h -v
//	go test ./kubectl -kubectl.seed=17 -kubectl.sequences=1 -v
//
// The environment variable KUBECTL names another kubectl than the one on the PATH. Without kubectl the tests fail, unless SKIP_KUBECTL=1
// is set.
package kubectl
