// Package differ compares the server of runtime/apitest with a kube-apiserver in random conversations.
//
// A conversation is a case of package conformance with random requests to a few objects of one kind: of any verb, patch type and
// subresource, with valid and invalid bodies, options and headers. The test sends it to both servers, and compares complete answers,
// managed fields included. differences.txt of package conformance lists the known differences: a conversation ends at the first one. For
// any other difference the test prints the seed and a shortened conversation, as a conformance case. It fails if too few requests have the
// same answer (-differ.atleast).
//
//	go test ./differ -differ.conversations=10000 -differ.show=50 -timeout 2h -v
//	go test ./differ -differ.seed=17 -differ.conversations=1 -v
package differ
