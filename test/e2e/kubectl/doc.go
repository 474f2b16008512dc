// Package kubectl compares the server of runtime/apitest with a kube-apiserver under kubectl, in sequences of command lines that are
// made from seeds.
//
// A step is a line for sh, mostly one call of kubectl: create, apply on either side, replace of what get printed, edit, patch, diff,
// get in every form, wait, explain, delete and more, with valid and hostile arguments, about a few objects of one kind. A sequence is
// played to both servers, each time in a new namespace, whose name is $NS. What kubectl prints, how it exits, and what the objects are
// in the end, managed fields included, is compared whole; only what has to differ (uids, times, ages, versions, chosen ports and addresses,
// names of files) is taken out. Known differences are listed in differences.txt of runtime/apitest/conformance, as for package differ.
//
//	go test ./kubectl -kubectl.sequences=1000 -kubectl.show=50 -timeout 2h -v
//	go test ./kubectl -kubectl.seed=17 -kubectl.sequences=1 -v
//
// $KUBECTL names another kubectl than the one on the PATH. Without kubectl the tests fail, unless SKIP_KUBECTL=1 says to do without.
package kubectl
