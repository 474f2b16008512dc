// Package fake holds a discovery client that knows what it is told: the Resources of a [testing.Fake]. Fake clientsets use
// it. [NewServerBacked] asks a server instead.
package fake
