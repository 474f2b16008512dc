package upgrade_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gwebsocket "github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	apispdy "k8s.io/apimachinery/pkg/util/httpstream/spdy"
	streamhttp "k8s.io/streaming/pkg/httpstream"

	clientcmdapi "github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/certs"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/spdy"
	"github.com/typewright/typewright/runtime/transport/websocket"
)

// protocol is one way to upgrade, which sends a word over the upgraded connection and returns what comes back.
type protocol struct {
	name string
	echo func(ctx context.Context, config *rest.Config, address string) (string, error)
}

const (
	subprotocol = "echo.example"
	word        = "how do you do"
)

var protocols = []protocol{{"spdy", echoOverSPDY}, {"websocket", echoOverWebSocket}}

func echoOverSPDY(ctx context.Context, config *rest.Config, address string) (string, error) {
	rt, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return "", err
	}
	conn, chosen, err := spdy.Negotiate(upgrader, &http.Client{Transport: rt, Timeout: time.Minute}, req, "other.example", subprotocol)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if chosen != subprotocol {
		return "", errors.New("chosen: " + chosen)
	}
	stream, err := conn.CreateStream(http.Header{"Kind": {"echo"}})
	if err != nil {
		return "", err
	}
	if _, err := io.WriteString(stream, word); err != nil {
		return "", err
	}
	_ = stream.Close()
	answer, err := io.ReadAll(stream)
	return string(answer), err
}

func echoOverWebSocket(ctx context.Context, config *rest.Config, address string) (string, error) {
	rt, holder, err := websocket.RoundTripperFor(config)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, nil)
	if err != nil {
		return "", err
	}
	conn, err := websocket.Negotiate(rt, holder, req, "other.example", subprotocol)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if conn != holder.Connection() || conn.Subprotocol() != subprotocol {
		return "", errors.New("chosen: " + conn.Subprotocol())
	}
	if err := conn.WriteMessage(gwebsocket.TextMessage, []byte(word)); err != nil {
		return "", err
	}
	_, answer, err := conn.ReadMessage()
	return string(answer), err
}

// serveEcho answers either protocol.
func serveEcho(w http.ResponseWriter, req *http.Request) {
	if gwebsocket.IsWebSocketUpgrade(req) {
		upgrader := gwebsocket.Upgrader{Subprotocols: []string{subprotocol}}
		conn, err := upgrader.Upgrade(w, req, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		kind, message, err := conn.ReadMessage()
		if err == nil {
			_ = conn.WriteMessage(kind, message)
			_, _, _ = conn.ReadMessage() // until the client closes
		}
		return
	}
	if _, err := httpstream.Handshake(req, w, []string{subprotocol}); err != nil {
		return
	}
	conn := apispdy.NewResponseUpgrader().UpgradeResponse(w, req, func(stream httpstream.Stream, replied <-chan struct{}) error {
		go func() {
			<-replied
			_, _ = io.Copy(stream, stream)
			_ = stream.Close()
		}()
		return nil
	})
	if conn != nil {
		<-conn.CloseChan()
		_ = conn.Close()
	}
}

// forEach runs a test for each protocol.
func forEach(t *testing.T, test func(t *testing.T, p protocol)) {
	t.Helper()
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) { test(t, p) })
	}
}

// credentials are what a server has seen of its client.
type credentials struct {
	authorization, agent, user, certificate, wrapped string
	groups                                           []string
}

func TestAnUpgradeCarriesAllThatRequestsCarry(t *testing.T) {
	authority, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	var seen atomic.Pointer[credentials]
	server := startTLS(t, authority, func(w http.ResponseWriter, req *http.Request) {
		c := &credentials{
			authorization: req.Header.Get("Authorization"), agent: req.UserAgent(), user: req.Header.Get("Impersonate-User"),
			groups: req.Header["Impersonate-Group"], wrapped: req.Header.Get("X-Wrapped"),
		}
		if len(req.TLS.PeerCertificates) > 0 {
			c.certificate = req.TLS.PeerCertificates[0].Subject.CommonName
		}
		seen.Store(c)
		serveEcho(w, req)
	})
	cert, key, err := authority.Sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "jane"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	require.NoError(t, err)
	base := rest.Config{Host: server.URL, TLSClientConfig: rest.TLSClientConfig{CAData: authority.PEM()}}
	for name, test := range map[string]struct {
		change func(*rest.Config)
		want   credentials
	}{
		"token":       {func(c *rest.Config) { c.BearerToken = "secret" }, credentials{authorization: "Bearer secret"}},
		"basic":       {func(c *rest.Config) { c.Username, c.Password = "jane", "pw" }, credentials{authorization: "Basic amFuZTpwdw=="}},
		"certificate": {func(c *rest.Config) { c.CertData, c.KeyData = cert, key }, credentials{certificate: "jane"}},
		"protocols of the user's": {
			func(c *rest.Config) { c.NextProtos, c.UserAgent = []string{"h2"}, "me" },
			credentials{agent: "me"},
		},
		"impersonation": {
			func(c *rest.Config) {
				c.Impersonate = rest.ImpersonationConfig{UserName: "joe", Groups: []string{"a", "b"}}
			},
			credentials{user: "joe", groups: []string{"a", "b"}},
		},
		"wrapper": {func(c *rest.Config) {
			c.Wrap(func(rt http.RoundTripper) http.RoundTripper {
				return roundTripper(func(req *http.Request) (*http.Response, error) {
					req = req.Clone(req.Context())
					req.Header.Set("X-Wrapped", "yes")
					return rt.RoundTrip(req)
				})
			})
		}, credentials{wrapped: "yes"}},
		"exec plugin": {func(c *rest.Config) {
			c.ExecProvider = &clientcmdapi.ExecConfig{
				APIVersion: "client.authentication.k8s.io/v1", Command: "echo", InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
				Args: []string{`{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"of the plugin"}}`},
			}
		}, credentials{authorization: "Bearer of the plugin"}},
		"transport of the user's": {func(c *rest.Config) {
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(c.CAData)
			c.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
			c.CAData, c.BearerToken = nil, "secret"
		}, credentials{authorization: "Bearer secret"}},
	} {
		t.Run(name, func(t *testing.T) {
			forEach(t, func(t *testing.T, p protocol) {
				config := rest.CopyConfig(&base)
				test.change(config)
				answer, err := p.echo(t.Context(), config, server.URL+"/path?command=x")
				require.NoError(t, err)
				assert.Equal(t, word, answer)
				got := *seen.Load()
				if test.want.agent == "" {
					got.agent = ""
				}
				assert.Equal(t, test.want, got)
			})
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// startTLS serves HTTPS on loopback until the test ends, and offers HTTP/2.
func startTLS(t *testing.T, authority *certs.Authority, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	config, err := authority.Server(&x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(handler)
	server.TLS, server.EnableHTTP2 = config, true
	server.Config.ErrorLog = nil
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// connectProxy tunnels, and counts. It wants jane's password.
func connectProxy(tunnels *atomic.Int32) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodConnect || req.Header.Get("Proxy-Authorization") != "Basic amFuZTpwdw==" {
			http.Error(w, "no", http.StatusProxyAuthRequired)
			return
		}
		server, err := net.Dial("tcp", req.Host)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer server.Close()
		tunnels.Add(1)
		client, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer client.Close()
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(server, buffered)
			_ = server.Close()
		}()
		_, _ = io.Copy(client, server)
	}
}

func TestAnUpgradePassesProxiesAndDialFunctions(t *testing.T) {
	authority, err := certs.New("authority", time.Hour)
	require.NoError(t, err)
	server := startTLS(t, authority, serveEcho)
	var tunnels, dials atomic.Int32
	plainProxy := httptest.NewServer(connectProxy(&tunnels))
	t.Cleanup(plainProxy.Close)
	tlsConfig, err := authority.Server(&x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	require.NoError(t, err)
	tlsProxy := httptest.NewUnstartedServer(connectProxy(&tunnels))
	tlsProxy.TLS = tlsConfig
	tlsProxy.StartTLS()
	t.Cleanup(tlsProxy.Close)
	for _, proxy := range []string{plainProxy.URL, tlsProxy.URL} {
		proxyURL, err := url.Parse(strings.Replace(proxy, "://", "://jane:pw@", 1))
		require.NoError(t, err)
		t.Run(proxyURL.Scheme, func(t *testing.T) {
			forEach(t, func(t *testing.T, p protocol) {
				tunnels.Store(0)
				dials.Store(0)
				var dialer net.Dialer
				config := &rest.Config{
					Host: server.URL, TLSClientConfig: rest.TLSClientConfig{CAData: authority.PEM()}, Proxy: http.ProxyURL(proxyURL),
					Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
						dials.Add(1)
						return dialer.DialContext(ctx, network, address)
					},
				}
				answer, err := p.echo(t.Context(), config, server.URL)
				require.NoError(t, err)
				assert.Equal(t, word, answer)
				assert.EqualValues(t, 1, tunnels.Load())
				assert.EqualValues(t, 1, dials.Load())

				wrong := *proxyURL
				wrong.User = url.UserPassword("jane", "hunter2")
				config.Proxy = http.ProxyURL(&wrong)
				_, err = p.echo(t.Context(), config, strings.Replace(server.URL, "://", "://joe:hunter3@", 1)+"/?command=hunter4")
				require.Error(t, err)
				assert.NotContains(t, err.Error(), "hunter")
			})
		})
	}
}

func TestARefusedUpgradeIsTheServersStatus(t *testing.T) {
	long := apierrors.NewForbidden(metav1.SchemeGroupVersion.WithResource("pods").GroupResource(), strings.Repeat("x", 5000), errors.New("no"))
	long.ErrStatus.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	for name, test := range map[string]struct {
		code int
		body any
		is   func(error) bool
		text string
	}{
		"a Status":                    {http.StatusForbidden, long.Status(), apierrors.IsForbidden, "is forbidden: no"},
		"text":                        {http.StatusBadGateway, "not today", nil, "(502 Bad Gateway): not today"},
		"nothing":                     {http.StatusNotFound, nil, nil, "(404 Not Found)"},
		"another document":            {http.StatusBadRequest, map[string]string{"kind": "Pod"}, nil, `(400 Bad Request): {"kind":"Pod"}`},
		"an answer to something else": {http.StatusOK, "hello", nil, "(200 OK): hello"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(test.code)
				switch body := test.body.(type) {
				case nil:
				case string:
					_, _ = io.WriteString(w, body)
				default:
					data, _ := json.Marshal(body)
					_, _ = w.Write(data)
				}
			}))
			defer server.Close()
			forEach(t, func(t *testing.T, p protocol) {
				_, err := p.echo(t.Context(), &rest.Config{Host: server.URL}, server.URL)
				require.ErrorContains(t, err, test.text)
				if test.is != nil {
					assert.True(t, test.is(err), "%v", err)
				}
				assert.Equal(t, p.name == "websocket", httpstream.IsUpgradeFailure(err))
				assert.Equal(t, p.name == "websocket", streamhttp.IsUpgradeFailure(err))
			})
		})
	}
}

func TestAnUpgradeToSomethingElseIsAnError(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "gopher")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	defer server.Close()
	forEach(t, func(t *testing.T, p protocol) {
		_, err := p.echo(t.Context(), &rest.Config{Host: server.URL}, server.URL)
		require.Error(t, err)
	})
}

func TestNoneOfTheProtocolsIsAnUpgradeFailure(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		conn, err := (&gwebsocket.Upgrader{}).Upgrade(w, req, nil)
		if err == nil {
			_ = conn.Close()
		}
	}))
	defer server.Close()
	_, err := echoOverWebSocket(t.Context(), &rest.Config{Host: server.URL}, server.URL)
	require.ErrorContains(t, err, "invalid protocol")
	assert.True(t, httpstream.IsUpgradeFailure(err))
}

func TestAContextEndsANegotiation(t *testing.T) {
	asked := make(chan struct{}, 1)
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-release
	}))
	defer server.Close()
	defer close(release)
	forEach(t, func(t *testing.T, p protocol) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-asked
			cancel()
		}()
		_, err := p.echo(ctx, &rest.Config{Host: server.URL}, server.URL)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

func TestAnOpaqueTransportThatKeepsTheConnectionIsAnError(t *testing.T) {
	transport := roundTripper(func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusSwitchingProtocols, Body: http.NoBody, Header: http.Header{}, Request: req}, nil
	})
	forEach(t, func(t *testing.T, p protocol) {
		_, err := p.echo(t.Context(), &rest.Config{Host: "http://127.0.0.1:1", Transport: transport}, "http://127.0.0.1:1")
		assert.ErrorContains(t, err, "does not hand over the connection")
	})
}
