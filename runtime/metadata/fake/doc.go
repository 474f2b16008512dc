// Package fake holds metadata clients for tests: [NewServerBacked] is the real client on a server in the test's process,
// [NewSimpleMetadataClient] a fake that stores what it is told, records actions and lets reactors answer; package
// runtime/testing describes these.
package fake
