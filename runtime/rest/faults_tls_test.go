package rest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

func serveTLS(t *testing.T, config *tls.Config) (url string, sent *atomic.Int32) {
	t.Helper()
	sent = &atomic.Int32{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sent.Add(1)
		answer(w, http.StatusOK, pod)
	}))
	server.TLS = config
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would log handshakes that are meant to fail
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, sent
}

func TestFaultsOfCertificates(t *testing.T) {
	ca := certtest.NewAuthority(t)
	expired := func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }
	elsewhere := func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"elsewhere.example.com"} }
	strict := ca.ServerConfig()
	strict.ClientAuth = tls.RequireAndVerifyClientCert
	for name, test := range map[string]struct {
		server *tls.Config
		client TLSClientConfig
		is     func(error) bool
		text   string
	}{
		"an expired certificate": {
			ca.ServerConfig(expired), TLSClientConfig{CAData: ca.PEM}, isA[x509.CertificateInvalidError], "certificate has expired or is not yet valid",
		},
		"another authority": {
			ca.ServerConfig(), TLSClientConfig{CAData: certtest.NewAuthority(t).PEM}, isA[x509.UnknownAuthorityError], "certificate signed by unknown authority",
		},
		"another host": {
			ca.ServerConfig(elsewhere), TLSClientConfig{CAData: ca.PEM}, isA[x509.HostnameError], "cannot validate certificate for 127.0.0.1",
		},
		"another server name": {
			ca.ServerConfig(elsewhere), TLSClientConfig{CAData: ca.PEM, ServerName: "here"}, isA[x509.HostnameError], "valid for elsewhere.example.com, not here",
		},
		"no client certificate": {
			strict, TLSClientConfig{CAData: ca.PEM}, isA[*net.OpError], "certificate required",
		},
		"an old version": {
			&tls.Config{Certificates: strict.Certificates, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10},
			TLSClientConfig{CAData: ca.PEM},
			func(err error) bool { return err != nil }, "protocol version",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, verb := range []string{http.MethodGet, http.MethodPost} {
				url, sent := serveTLS(t, test.server)
				config := faultConfig(url)
				config.TLSClientConfig = test.client
				err := try(t, faultClient(t, config), verb)
				require.ErrorContains(t, err, test.text)
				assert.True(t, test.is(err), "%#v", err)
				assert.NotContains(t, err.Error(), secret)
				assert.Zero(t, sent.Load(), "no request reaches a server that the client does not trust")
			}
		})
	}
}

func TestHTTPToAnHTTPSServerAndHTTPSToAnHTTPServer(t *testing.T) {
	url, _ := serveTLS(t, certtest.NewAuthority(t).ServerConfig())
	err := try(t, faultClient(t, faultConfig("http"+url[len("https"):])), http.MethodGet)
	require.Contains(t, quoteOf(t, err), "Client sent an HTTP request to an HTTPS server")

	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	err = try(t, faultClient(t, faultConfig("https"+plain.URL[len("http"):])), http.MethodGet)
	require.ErrorContains(t, err, "server gave HTTP response to HTTPS client")
}

// http2Conn is the server's end of an HTTP/2 connection, frame by frame.
type http2Conn struct {
	*http2.Framer

	conn net.Conn
}

// respond sends the headers of a successful answer and a body, which is complete if whole says so.
func (c http2Conn) respond(stream uint32, body string, whole bool) {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	_ = encoder.WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = encoder.WriteField(hpack.HeaderField{Name: "content-type", Value: "application/json"})
	_ = c.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true})
	_ = c.WriteData(stream, whole, []byte(body))
}

// serveFrames serves HTTP/2 frame by frame. It calls script when the nth request has arrived completely, and closes the
// connection if script returns true.
func serveFrames(t *testing.T, ca *certtest.Authority, script func(n int32, c http2Conn, stream uint32) (end bool)) (url string, sent *atomic.Int32) {
	t.Helper()
	config := ca.ServerConfig()
	config.NextProtos = []string{"h2"}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	require.NoError(t, err)
	sent = &atomic.Int32{}
	serve := func(conn net.Conn) {
		defer conn.Close()
		if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
			return
		}
		c := http2Conn{http2.NewFramer(conn, conn), conn}
		_ = c.WriteSettings()
		for {
			frame, err := c.ReadFrame()
			if err != nil {
				return
			}
			ends := false
			switch f := frame.(type) {
			case *http2.SettingsFrame:
				if !f.IsAck() {
					_ = c.WriteSettingsAck()
				}
			case *http2.PingFrame:
				_ = c.WritePing(true, f.Data)
			case *http2.HeadersFrame:
				ends = f.StreamEnded()
			case *http2.DataFrame:
				ends = f.StreamEnded()
			}
			if ends && script(sent.Add(1), c, frame.Header().StreamID) {
				return
			}
		}
	}
	var serving sync.WaitGroup
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
	return "https://" + listener.Addr().String(), sent
}

// isGoAway reports whether an error is about a GOAWAY. Its type is deprecated, since net/http does not always return it;
// apimachinery looks at the text, too.
func isGoAway(err error) bool {
	return strings.Contains(err.Error(), "http2: server sent GOAWAY and closed the connection")
}

func TestFaultsOfHTTP2(t *testing.T) {
	ca := certtest.NewAuthority(t)
	for name, test := range map[string]struct {
		script    func(n int32, c http2Conn, stream uint32) bool
		is        func(error) bool
		text      string // empty: there is no error
		get, post int32
	}{
		"GOAWAY before it was processed": {
			func(n int32, c http2Conn, stream uint32) bool {
				if n == 1 {
					_ = c.WriteGoAway(0, http2.ErrCodeNo, nil)
					return true
				}
				c.respond(stream, pod, true)
				return false
			}, nil, "", 2, 2, // the server says that it did not process the request
		},
		"GOAWAY after it may have been processed": {
			func(_ int32, c http2Conn, stream uint32) bool {
				_ = c.WriteGoAway(stream, http2.ErrCodeNo, nil)
				return true
			}, isGoAway, "http2: server sent GOAWAY and closed the connection", 2, 1,
		},
		"GOAWAY in the middle of the body": {
			func(_ int32, c http2Conn, stream uint32) bool {
				c.respond(stream, pod[:20], false)
				_ = c.WriteGoAway(stream, http2.ErrCodeNo, nil)
				time.Sleep(300 * time.Millisecond) // until the client has read the headers
				return true
			}, isGoAway, "unexpected error when reading response body", 1, 1,
		},
		"the stream is reset in the middle of the body": {
			func(_ int32, c http2Conn, stream uint32) bool {
				c.respond(stream, pod[:20], false)
				_ = c.WriteRSTStream(stream, http2.ErrCodeInternal)
				return false
			}, isA[http2.StreamError], "stream error when reading response body", 1, 1,
		},
		"the stream is reset before the answer": {
			func(_ int32, c http2Conn, stream uint32) bool {
				_ = c.WriteRSTStream(stream, http2.ErrCodeInternal)
				return false
			}, isA[http2.StreamError], "INTERNAL_ERROR", 1, 1,
		},
		"the stream is refused": {
			func(n int32, c http2Conn, stream uint32) bool {
				if n == 1 {
					_ = c.WriteRSTStream(stream, http2.ErrCodeRefusedStream)
					return false
				}
				c.respond(stream, pod, true)
				return false
			}, nil, "", 2, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for verb, want := range map[string]int32{http.MethodGet: test.get, http.MethodPost: test.post} {
				url, sent := serveFrames(t, ca, test.script)
				config := faultConfig(url)
				config.CAData = ca.PEM
				err := try(t, faultClient(t, config), verb)
				assert.Equal(t, want, sent.Load(), "%s: how often it was sent", verb)
				if test.text == "" {
					require.NoError(t, err, verb)
					continue
				}
				require.ErrorContains(t, err, test.text, verb)
				assert.True(t, test.is(err), "%s: %#v", verb, errors.Unwrap(err))
				assert.NotContains(t, err.Error(), secret)
			}
		})
	}
}
