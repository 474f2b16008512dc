package transport

import (
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// join copies bytes between a client and a server until one of them closes. It starts with what was read of the client before.
func join(client net.Conn, read io.Reader, server net.Conn) {
	var both sync.WaitGroup
	both.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
	both.Go(func() { _, _ = io.Copy(server, io.MultiReader(read, client)); _ = server.Close() })
	both.Wait()
}

// connectProxy is an HTTP proxy that requires a user name and a password.
func connectProxy(t *testing.T, used *atomic.Int32) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:s3cret"))
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != want {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		used.Add(1)
		server, err := net.Dial("tcp", r.Host)
		if !assert.NoError(t, err) {
			return
		}
		w.WriteHeader(http.StatusOK)
		client, buffered, err := w.(http.Hijacker).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		// The server may have read the first bytes of the client's handshake into its buffer.
		join(client, buffered, server)
	}
}

// socksProxy is a SOCKS5 proxy (RFC 1928) without authentication, for addresses of IPv4 and names.
func socksProxy(t *testing.T, used *atomic.Int32) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var serving sync.WaitGroup
	serve := func(conn net.Conn) {
		defer conn.Close()
		head := make([]byte, 2)
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		_, _ = io.ReadFull(conn, make([]byte, head[1]))
		_, _ = conn.Write([]byte{5, 0})
		request := make([]byte, 4)
		if _, err := io.ReadFull(conn, request); err != nil {
			return
		}
		host := make([]byte, 4)
		if request[3] == 3 {
			_, _ = io.ReadFull(conn, head[:1])
			host = make([]byte, head[0])
		}
		_, _ = io.ReadFull(conn, host)
		_, _ = io.ReadFull(conn, head)
		name := net.IP(host).String()
		if request[3] == 3 {
			name = string(host)
		}
		server, err := net.Dial("tcp", net.JoinHostPort(name, strconv.Itoa(int(binary.BigEndian.Uint16(head)))))
		if err != nil {
			_, _ = conn.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0})
			return
		}
		used.Add(1)
		_, _ = conn.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
		join(conn, strings.NewReader(""), server)
	}
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

func TestProxies(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := tlsServer(t, ca)
	var used atomic.Int32
	plain := httptest.NewServer(connectProxy(t, &used))
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(connectProxy(t, &used))
	secure.TLS = ca.ServerConfig()
	secure.StartTLS()
	t.Cleanup(secure.Close)
	socks := socksProxy(t, &used)
	for scheme, host := range map[string]string{
		"http": plain.Listener.Addr().String(), "https": secure.Listener.Addr().String(), "socks5": socks, "socks5h": socks,
	} {
		t.Run(scheme, func(t *testing.T) {
			proxy := &url.URL{Scheme: scheme, Host: host}
			if scheme == "http" || scheme == "https" {
				proxy.User = url.UserPassword("ada", "s3cret")
			}
			used.Store(0)
			rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM}, BearerToken: "t", Proxy: http.ProxyURL(proxy)})
			seen, err := get(t, rt, server.URL)
			require.NoError(t, err)
			assert.Equal(t, "Bearer t[] [] []", seen)
			assert.EqualValues(t, 1, used.Load())
		})
	}
}
