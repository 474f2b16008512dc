// Package netfault is a TCP proxy for tests that breaks connections as networks do: it resets, half-closes and refuses them,
// delays and garbles what passes, and swallows everything for a while as a firewall does that has forgotten a connection.
// It knows nothing of what passes; TLS goes through end to end.
//
//	proxy, err := netfault.New(address) // of a server; clients connect to proxy.Addr()
//	proxy.SetDelay(time.Second)
//	proxy.Reset()
//	proxy.BlackHole(true)
package netfault
