// Package differ compares the server of runtime/apitest with a kube-apiserver, in conversations that are made from seeds.
//
// A conversation is a case of package conformance with random requests: of any verb, patch type and subresource, with valid and
// hostile bodies, options and headers, to a few objects of one kind. It is played to both servers, and the answers are compared
// whole, managed fields included. What a user of apitest has to expect to be different is listed in one file, differences.txt
// of package conformance: a conversation ends at the first answer that the list excuses. Of any other difference the test prints
// the seed and the shortest conversation that shows it, as text for a file of conformance cases; it fails if too small a share of
// the requests is answered alike (-differ.atleast).
//
//	go test ./differ -differ.conversations=10000 -differ.show=50 -timeout 2h -v
//	go test ./differ -differ.seed=17 -differ.conversations=1 -v
package differ
