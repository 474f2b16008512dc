// Package fake has metadata clients for tests: [NewServerBacked] returns a real client of a server in the test's
// process, [NewSimpleMetadataClient] a fake that stores objects, records actions and calls reactors; see package
// runtime/testing.
package fake
