// Package portforward forwards local ports to ports of a pod, over SPDY or over SPDY in a WebSocket. It has the names of
// client-go's tools/portforward.
//
//	tunnel, err := portforward.NewSPDYOverWebsocketDialer(url, config)
//	transport, upgrader, err := spdy.RoundTripperFor(config)
//	plain := spdy.NewDialer(upgrader, &http.Client{Transport: transport}, "POST", url)
//	dialer := portforward.NewFallbackDialer(tunnel, plain, func(err error) bool {
//		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
//	})
//	forwarder, err := portforward.New(dialer, []string{":80"}, stop, ready, os.Stdout, os.Stderr)
//	err = forwarder.ForwardPorts()
//
// When ForwardPorts returns, its listeners and connections are closed, and its goroutines have ended.
package portforward
