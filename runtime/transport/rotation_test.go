package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// checkNow lets the next request check the files of the pool below rt.
func checkNow(t *testing.T, rt http.RoundTripper) {
	t.Helper()
	poolBelow(t, rt).checkSoon(0)
}

// poolBelow returns the pool below all wrappers.
func poolBelow(t *testing.T, rt http.RoundTripper) *connections {
	t.Helper()
	for {
		switch inner := rt.(type) {
		case *connections:
			return inner
		case utilnet.RoundTripperWrapper:
			rt = inner.WrappedRoundTripper()
		default:
			t.Fatalf("%T", rt)
		}
	}
}

// watchServer starts a server with an endpoint that streams lines as the test sends them.
func watchServer(t *testing.T, ca *certtest.Authority) (*httptest.Server, chan string) {
	t.Helper()
	lines := make(chan string)
	mux := http.NewServeMux()
	mux.HandleFunc("/", whoami)
	mux.HandleFunc("/watch", func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		for {
			select {
			case line := <-lines:
				fmt.Fprintln(w, line, r.TLS.PeerCertificates[0].Subject.CommonName)
				w.(http.Flusher).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	server := httptest.NewUnstartedServer(mux)
	server.TLS = ca.ServerConfig()
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, lines
}

// openWatch opens the stream and returns a function that reads its next line.
func openWatch(t *testing.T, rt http.RoundTripper, url string) func() string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/watch", nil)
	require.NoError(t, err)
	resp, err := rt.RoundTrip(req)
	require.NoError(t, err)
	t.Cleanup(func() { _ = resp.Body.Close() })
	assert.Equal(t, 2, resp.ProtoMajor, "over HTTP/2 all requests would share a connection without rotation")
	lines := bufio.NewScanner(resp.Body)
	return func() string {
		if !lines.Scan() {
			return fmt.Sprint("the watch ended: ", lines.Err())
		}
		return lines.Text()
	}
}

func TestALiveWatchOutlivesARotation(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server, lines := watchServer(t, ca)
	folder := t.TempDir()
	certFile, keyFile := filepath.Join(folder, "cert"), filepath.Join(folder, "key")
	write := func(name string) {
		cert, key := ca.Sign(name)
		require.NoError(t, os.WriteFile(certFile, cert, 0o600))
		require.NoError(t, os.WriteFile(keyFile, key, 0o600))
	}
	write("ada")
	rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM, CertFile: certFile, KeyFile: keyFile}})
	next := openWatch(t, rt, server.URL)
	lines <- "before"
	assert.Equal(t, "before ada", next())

	write("bo")
	checkNow(t, rt)
	seen, err := get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert bo", "new requests use the new certificate")
	lines <- "after"
	assert.Equal(t, "after ada", next(), "the watch continues")
}

func TestCAFilesRotate(t *testing.T) {
	before, after := certtest.NewAuthority(t), certtest.NewAuthority(t)
	file := filepath.Join(t.TempDir(), "ca")
	require.NoError(t, os.WriteFile(file, before.PEM, 0o600))
	oldServer, newServer := tlsServer(t, before), tlsServer(t, after)
	rt := roundTripper(t, &Config{TLS: TLSConfig{CAFile: file}})
	_, err := get(t, rt, oldServer.URL)
	require.NoError(t, err)
	_, err = get(t, rt, newServer.URL)
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown)

	for _, broken := range [][]byte{nil, []byte("half writt")} {
		require.NoError(t, os.WriteFile(file, broken, 0o600))
		checkNow(t, rt)
		_, err = get(t, rt, oldServer.URL)
		require.NoError(t, err, "while the file is invalid, the last authority stays in use")
	}
	require.NoError(t, os.WriteFile(file, after.PEM, 0o600))
	checkNow(t, rt)
	_, err = get(t, rt, newServer.URL)
	require.NoError(t, err)
	_, err = get(t, rt, oldServer.URL)
	require.ErrorAs(t, err, &unknown, "the old authority is no longer trusted, not even over old connections")
}

func TestCallbacksRotate(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server, lines := watchServer(t, ca)
	var current atomic.Pointer[tls.Certificate]
	use := func(name string) {
		certPEM, keyPEM := ca.Sign(name)
		cert, err := tls.X509KeyPair(certPEM, keyPEM)
		require.NoError(t, err)
		current.Store(&cert)
	}
	use("ada")
	holder := &GetCertHolder{GetCert: func() (*tls.Certificate, error) { return current.Load(), nil }}
	rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM, GetCertHolder: holder}})
	next := openWatch(t, rt, server.URL)
	use("bo")
	seen, err := get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert ada", "the callback is not asked before the next check")
	utilnet.CloseIdleConnectionsFor(rt)
	seen, err = get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert bo")
	lines <- "on"
	assert.Equal(t, "on ada", next())
}

func TestAFailureBringsTheNextCheckForward(t *testing.T) {
	rt := roundTripper(t, &Config{TLS: TLSConfig{GetCertHolder: &GetCertHolder{}}})
	pool := poolBelow(t, rt)
	before := pool.nextCheck.Load()
	_, err := get(t, rt, "http://127.0.0.1:1")
	require.Error(t, err)
	assert.Less(t, pool.nextCheck.Load(), before)
}

func TestSeparateConnections(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RemoteAddr) }))
	server.TLS = ca.ServerConfig()
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	for name, test := range map[string]struct {
		separate SeparateConnections
		want     int
	}{
		"all share one":      {SeparateConnections{}, 1},
		"watches":            {SeparateConnections{Watches: true}, 2},
		"writes":             {SeparateConnections{Writes: true}, 2},
		"watches and writes": {SeparateConnections{Watches: true, Writes: true}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM}, SeparateConnections: test.separate})
			seen := map[string]string{}
			for _, request := range []string{"GET /", "GET /?watch=true", "POST /", "GET /?watch=false", "GET /?watch=1", "DELETE /"} {
				var method, path string
				_, err := fmt.Sscan(request, &method, &path)
				require.NoError(t, err)
				req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
				require.NoError(t, err)
				resp, err := rt.RoundTrip(req)
				require.NoError(t, err)
				address, err := io.ReadAll(resp.Body)
				require.NoError(t, err)
				_ = resp.Body.Close()
				seen[string(address)] += request
			}
			assert.Len(t, seen, test.want, "%v", seen)
		})
	}
	_, err := New(&Config{Transport: http.DefaultTransport, SeparateConnections: SeparateConnections{Writes: true}})
	require.ErrorContains(t, err, "separate connections")
}

func TestASlowCallbackDoesNotBlockOtherRequests(t *testing.T) {
	ca := certtest.NewAuthority(t)
	server, _ := watchServer(t, ca)
	certPEM, keyPEM := ca.Sign("ada")
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	require.NoError(t, err)
	var login atomic.Bool
	asked, loggedIn := make(chan struct{}), make(chan struct{})
	holder := &GetCertHolder{GetCert: func() (*tls.Certificate, error) {
		if login.Load() {
			close(asked)
			<-loggedIn
		}
		return &cert, nil
	}}
	rt := roundTripper(t, &Config{TLS: TLSConfig{CAData: ca.PEM, GetCertHolder: holder}})
	pool := poolBelow(t, rt)
	_, err = get(t, rt, server.URL)
	require.NoError(t, err)

	login.Store(true)
	checkNow(t, rt)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err == nil {
			_, err = rt.RoundTrip(req) //nolint:bodyclose // it fails
		}
		gaveUp <- err
	}()
	<-asked
	checkNow(t, rt)
	seen, err := get(t, rt, server.URL)
	require.NoError(t, err)
	assert.Contains(t, seen, "cert ada", "other requests use the existing connections")
	cancel()
	require.ErrorIs(t, <-gaveUp, context.Canceled, "a request that waits for the callback ends with its context")
	close(loggedIn)
	pool.mu.Lock() // until the check has ended
	defer pool.mu.Unlock()
}

func TestSecurityErrorsDoNotQuoteInvalidProxyURLs(t *testing.T) {
	_, err := proxyOf(&Config{Proxy: func(*http.Request) (*url.URL, error) {
		return url.Parse("http://user:s3cret/x@proxy") //nolint:staticcheck // the test needs an invalid URL
	}})(&http.Request{URL: &url.URL{Scheme: "https", Host: "host"}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "s3cret")
}
