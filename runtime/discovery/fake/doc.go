// Package fake has a discovery client for the Resources of a [testing.Fake], which fake clientsets use, and with
// [NewServerBacked] a real client of a test server.
package fake
