// Package fake has dynamic clients for tests: [NewServerBacked] returns a real client of a server in the test's
// process, [NewSimpleDynamicClient] a fake that stores objects, records actions and calls reactors; see package
// runtime/testing.
package fake
