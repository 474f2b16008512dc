package rest

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// serveText returns the address of a server that sends the same text on every connection.
func serveText(t *testing.T, text string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
			_, _ = conn.Read(make([]byte, 1<<10)) // a close with bytes unread would be a reset
			_ = conn.Close()
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

func TestFaultsOfProxies(t *testing.T) {
	refusing, _ := misbehave(t, func(_ int32, c *net.TCPConn) {
		respond(c, "407 Proxy Authentication Required", []string{"Content-Length: 0"}, "")
	})
	failing, _ := misbehave(t, func(_ int32, c *net.TCPConn) { respond(c, "502 Bad Gateway", []string{"Content-Length: 0"}, "") })
	hanging, _ := misbehave(t, func(_ int32, c *net.TCPConn) { _, _ = c.Read(make([]byte, 1)) })
	silent, _ := misbehave(t, func(int32, *net.TCPConn) {})
	for name, test := range map[string]struct {
		proxy string
		is    func(error) bool
		text  string
	}{
		"no proxy":                {"http://" + refusingAddress, is(syscall.ECONNREFUSED), "proxyconnect tcp"},
		"it wants a login":        {refusing, func(err error) bool { return err != nil }, "Proxy Authentication Required"},
		"it cannot connect":       {failing, func(err error) bool { return err != nil }, "Bad Gateway"},
		"it hangs":                {hanging, is(context.DeadlineExceeded), "deadline exceeded"},
		"it hangs up":             {silent, func(err error) bool { return err != nil }, "EOF"},
		"it does not speak SOCKS": {"socks5://" + serveText(t, "SSH-2.0-OpenSSH_9.9\r\n"), func(err error) bool { return err != nil }, "socks connect"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ca := certtest.NewAuthority(t)
			server, sent := serveTLS(t, ca.ServerConfig())
			config := faultConfig(server)
			config.CAData = ca.PEM
			proxy, err := url.Parse(test.proxy)
			require.NoError(t, err)
			proxy.User = url.UserPassword("ada", secret)
			config.Proxy = http.ProxyURL(proxy)
			for _, verb := range []string{http.MethodGet, http.MethodPost} {
				err := try(t, faultClient(t, config), verb, 1500*time.Millisecond)
				require.ErrorContains(t, err, test.text)
				assert.True(t, test.is(err), "%#v", err)
				assert.NotContains(t, err.Error(), secret)
			}
			assert.Zero(t, sent.Load())
		})
	}
}
