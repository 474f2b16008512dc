package rest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// secret is part of every credential in these tests, and must be part of no error.
const secret = "s3cret"

// faultConfig returns a configuration with credentials and the default transport, for a server that misbehaves.
func faultConfig(host string) *Config {
	return &Config{
		Host: host, APIPath: "/api", QPS: -1, BearerToken: secret + "-token", WarningHandler: NoWarnings{},
		ContentConfig: ContentConfig{GroupVersion: &corev1.SchemeGroupVersion, NegotiatedSerializer: codecs().WithoutConversion()},
	}
}

func faultClient(t *testing.T, config *Config) *RESTClient {
	t.Helper()
	client, err := RESTClientFor(config)
	require.NoError(t, err)
	t.Cleanup(func() { utilnet.CloseIdleConnectionsFor(client.Client.Transport) })
	return client
}

// try sends a request for one pod that may take a minute, or less if bound says so.
func try(t *testing.T, client *RESTClient, verb string, bound ...time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), slices.Min(append(bound, time.Minute)))
	defer cancel()
	request := client.Verb(verb).Namespace("default").Resource("pods")
	if verb == http.MethodPost {
		request.Body([]byte(pod))
	} else {
		request.Name("web")
	}
	return request.MaxRetries(1).Do(ctx).Into(&corev1.Pod{})
}

// script answers the nth request to a server. The connection is closed when it returns.
type script func(n int32, conn *net.TCPConn)

// misbehave starts a server that answers with script, and counts the requests.
func misbehave(t *testing.T, script script) (url string, sent *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	sent = &atomic.Int32{}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				req, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				script(sent.Add(1), conn.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	return "http://" + listener.Addr().String(), sent
}

// reset ends a connection with RST.
func reset(conn *net.TCPConn) {
	_ = conn.SetLinger(0)
	_ = conn.Close()
}

func respond(conn net.Conn, status string, headers []string, body string) {
	fmt.Fprintf(conn, "HTTP/1.1 %s\r\nConnection: close\r\n%s\r\n\r\n%s", status, strings.Join(headers, "\r\n"), body)
}

const asJSON = "Content-Type: application/json"

func gzipped(text string) string {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return buf.String()
}

func length(text string) string { return fmt.Sprintf("Content-Length: %d", len(text)) }

func is(target error) func(error) bool { return func(err error) bool { return errors.Is(err, target) } }

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// TestFaults is the table of faults between a client and a server: which error there is, what it says, and how often a GET
// and a POST were sent.
func TestFaults(t *testing.T) {
	long := gzipped(pod + strings.Repeat(" ", 1<<16))
	trickle := func(conn *net.TCPConn) {
		for {
			if _, err := io.WriteString(conn, " "); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	for name, test := range map[string]struct {
		script    script
		is        func(error) bool
		text      string
		get, post int32
	}{
		"reset before the answer": {
			func(_ int32, c *net.TCPConn) { reset(c) },
			is(syscall.ECONNRESET), "connection reset by peer", 2, 1,
		},
		"closed before the answer": {
			func(int32, *net.TCPConn) {},
			is(io.EOF), "EOF", 2, 1,
		},
		"reset in the middle of the body": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "200 OK", []string{asJSON, "Content-Length: 1000"}, pod)
				time.Sleep(300 * time.Millisecond) // let it be read before the reset overtakes it
				reset(c)
			},
			is(syscall.ECONNRESET), "unexpected error when reading response body", 1, 1,
		},
		"closed in the middle of the body": {
			func(_ int32, c *net.TCPConn) { respond(c, "200 OK", []string{asJSON, "Content-Length: 1000"}, pod) },
			is(io.ErrUnexpectedEOF), "unexpected error when reading response body", 1, 1,
		},
		"closed in the middle of a chunk": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "200 OK", []string{asJSON, "Transfer-Encoding: chunked"}, "ff\r\n"+pod)
			},
			is(io.ErrUnexpectedEOF), "unexpected error when reading response body", 1, 1,
		},
		"a length that is too small": {
			func(_ int32, c *net.TCPConn) { respond(c, "200 OK", []string{asJSON, "Content-Length: 20"}, pod) },
			func(err error) bool { return err != nil }, "unexpected end of JSON input", 1, 1,
		},
		"a length that is no number": {
			func(_ int32, c *net.TCPConn) { respond(c, "200 OK", []string{asJSON, "Content-Length: many"}, pod) },
			func(err error) bool { return err != nil }, `bad Content-Length "many"`, 1, 1,
		},
		"truncated gzip": {
			func(_ int32, c *net.TCPConn) {
				cut := long[:len(long)-20]
				respond(c, "200 OK", []string{asJSON, "Content-Encoding: gzip", length(cut)}, cut)
			},
			is(io.ErrUnexpectedEOF), "unexpected error when reading response body", 1, 1,
		},
		"a body that is not gzip": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "200 OK", []string{asJSON, "Content-Encoding: gzip", length(pod)}, pod)
			},
			is(gzip.ErrHeader), "gzip: invalid header", 1, 1,
		},
		"HTML instead of JSON": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "200 OK", []string{"Content-Type: text/html"}, "<html>log in</html>")
			},
			func(err error) bool { return err != nil }, "serializer for text/html doesn't exist", 1, 1,
		},
		"HTML that calls itself JSON": {
			func(_ int32, c *net.TCPConn) { respond(c, "200 OK", []string{asJSON}, "<html>log in</html>") },
			func(err error) bool { return err != nil }, "invalid character '<'", 1, 1,
		},
		"a gateway's HTML": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "502 Bad Gateway", []string{"Content-Type: text/html"}, "<html>no upstream</html>")
			},
			apierrors.IsUnexpectedServerError, "<html>no upstream</html>", 1, 1,
		},
		"another protocol": {
			func(_ int32, c *net.TCPConn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n") },
			func(err error) bool { return err != nil }, "malformed HTTP", 1, 1,
		},
		"a storm of 429": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "429 Too Many Requests", []string{asJSON, "Retry-After: 0"}, status(429, "TooManyRequests"))
			},
			apierrors.IsTooManyRequests, "no luck", 2, 2,
		},
		"500": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "500 Internal Server Error", []string{asJSON}, status(500, "InternalError"))
			},
			apierrors.IsInternalError, "no luck", 1, 1,
		},
		"500 with Retry-After": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "500 Internal Server Error", []string{asJSON, "Retry-After: 0"}, status(500, "InternalError"))
			},
			apierrors.IsInternalError, "no luck", 2, 2,
		},
		"500 with an invalid Retry-After": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "500 Internal Server Error", []string{asJSON, "Retry-After: soon"}, status(500, "InternalError"))
			},
			apierrors.IsInternalError, "no luck", 1, 1,
		},
		"500 in JSON that is no Status": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "500 Internal Server Error", []string{asJSON}, `{"error":"boom"}`)
			},
			apierrors.IsUnexpectedServerError, `an error on the server ("{\"error\":\"boom\"}")`, 1, 1,
		},
		"a redirect without a Location": {
			func(_ int32, c *net.TCPConn) { respond(c, "302 Found", nil, "") },
			isA[*apierrors.StatusError], "the server responded with the status code 302", 1, 1,
		},
		"a redirect to another host": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "307 Temporary Redirect", []string{"Location: http://localhost:1/"}, "")
			},
			func(err error) bool { return err != nil }, "refused to follow a redirect", 1, 1,
		},
		"an answer that trickles": {
			func(_ int32, c *net.TCPConn) {
				respond(c, "200 OK", []string{asJSON}, "")
				trickle(c)
			},
			is(context.DeadlineExceeded), "deadline exceeded", 1, 1,
		},
		"headers that trickle": {
			func(_ int32, c *net.TCPConn) {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Slow:")
				trickle(c)
			},
			is(context.DeadlineExceeded), "deadline exceeded", 1, 1,
		},
		"headers without end": {
			func(_ int32, c *net.TCPConn) {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
				for range 200_000 {
					if _, err := io.WriteString(c, "X-More: "+strings.Repeat("x", 100)+"\r\n"); err != nil {
						return
					}
				}
			},
			func(err error) bool { return err != nil }, "server response headers exceeded", 1, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for verb, want := range map[string]int32{http.MethodGet: test.get, http.MethodPost: test.post} {
				url, sent := misbehave(t, test.script)
				var bound []time.Duration
				if strings.Contains(name, "trickle") {
					bound = append(bound, 300*time.Millisecond)
				}
				err := try(t, faultClient(t, faultConfig(url)), verb, bound...)
				require.ErrorContains(t, err, test.text, verb)
				assert.True(t, test.is(err), "%s: %#v", verb, err)
				assert.NotContains(t, err.Error(), secret, verb)
				assert.Equal(t, want, sent.Load(), "%s: how often it was sent", verb)
			}
		})
	}
}

// refusingAddress refuses connections. A port that was free a moment ago may belong to another test by now.
const refusingAddress = "127.0.0.1:1"

func TestRefusedConnections(t *testing.T) {
	client := faultClient(t, faultConfig("http://user:"+secret+"@"+refusingAddress))
	for _, verb := range []string{http.MethodGet, http.MethodPost} {
		err := try(t, client, verb)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.ErrorContains(t, err, refusingAddress)
		assert.NotContains(t, err.Error(), secret)
	}
	_, err := client.Get().Resource("pods").Watch(t.Context())
	require.ErrorIs(t, err, syscall.ECONNREFUSED, "the watch fails; it is not an empty one")
}

func TestTheTimeoutOfAConfiguration(t *testing.T) {
	url, sent := misbehave(t, func(_ int32, c *net.TCPConn) { _, _ = c.Read(make([]byte, 1)) }) // until the client gives up
	config := faultConfig(url)
	config.Timeout = 100 * time.Millisecond
	err := try(t, faultClient(t, config), http.MethodGet)
	require.True(t, utilnet.IsTimeout(err), "%v", err)
	assert.EqualValues(t, 1, sent.Load())
}

func TestARefusedWatchReportsItsStatus(t *testing.T) {
	url, _ := misbehave(t, func(_ int32, c *net.TCPConn) { respond(c, "204 No Content", nil, "") })
	host := strings.Replace(url, "http://", "http://user:"+secret+"@", 1)
	_, err := faultClient(t, faultConfig(host)).Get().Resource("pods").Watch(t.Context())
	require.ErrorContains(t, err, "got status: 204")
	assert.NotContains(t, err.Error(), secret)
}

// quoteOf returns what the details of an error quote of the answer.
func quoteOf(t *testing.T, err error) string {
	t.Helper()
	var described apierrors.APIStatus
	require.ErrorAs(t, err, &described)
	require.NotNil(t, described.Status().Details)
	require.NotEmpty(t, described.Status().Details.Causes)
	return described.Status().Details.Causes[0].Message
}

func TestABinaryAnswerIsNotQuoted(t *testing.T) {
	url, _ := misbehave(t, func(_ int32, c *net.TCPConn) {
		respond(c, "503 Service Unavailable", []string{"Content-Type: application/vnd.kubernetes.protobuf"}, "k8s\x00\xff\xfe")
	})
	err := try(t, faultClient(t, faultConfig(url)), http.MethodGet)
	require.True(t, apierrors.IsServiceUnavailable(err), "%v", err)
	assert.Contains(t, quoteOf(t, err), "6 bytes that are not text")
}

func TestConnectionsAreUsedAgainAfterRetries(t *testing.T) {
	var connections atomic.Int32
	var sent atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if sent.Add(1) < 4 {
			w.Header().Set("Retry-After", "0")
			answer(w, http.StatusServiceUnavailable, strings.Repeat(" ", 1<<10))
			return
		}
		answer(w, http.StatusOK, pod)
	})
	client.Client.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		connections.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	require.NoError(t, client.Get().Resource("pods").Do(t.Context()).Error())
	assert.EqualValues(t, 4, sent.Load())
	assert.EqualValues(t, 1, connections.Load())
}
