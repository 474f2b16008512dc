// Package remotecommand runs commands in containers, and attaches to them, over SPDY or WebSocket. It has the names of
// client-go's tools/remotecommand.
//
//	websocket, err := remotecommand.NewWebSocketExecutor(config, "GET", url.String())
//	spdy, err := remotecommand.NewSPDYExecutor(config, "POST", url)
//	executor, err := remotecommand.NewFallbackExecutor(websocket, spdy, func(err error) bool {
//		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
//	})
//	err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: os.Stdout, Stderr: os.Stderr})
//
// A command that ends with an exit code other than zero is an exec.CodeExitError (package runtime/exec). A connection that
// ends before the server has said how the command ended is an error, too: output that is cut short never looks complete.
package remotecommand
