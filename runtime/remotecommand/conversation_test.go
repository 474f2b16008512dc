package remotecommand_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/httpstream"
	constants "k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/exec"
	"github.com/typewright/typewright/runtime/remotecommand"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/spdy"
)

// command is what a container runs.
type command func(ctx context.Context, c kubelet.Container, s *kubelet.Session) error

// serve starts a server with a pod whose container runs a command.
func serve(t *testing.T, run command) *rest.Config {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, TLS: true, Kubelet: kubelet.Kubelet{Exec: run, Attach: run},
		Objects: []runtime.Object{&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "i"}}},
		}},
	})
	return server.Config()
}

// target is the URL of an exec, or attach, with parameters.
func target(t *testing.T, config *rest.Config, subresource, query string) *url.URL {
	t.Helper()
	u, err := url.Parse(config.Host + "/api/v1/namespaces/default/pods/web/" + subresource + "?" + query)
	require.NoError(t, err)
	return u
}

// executors are the ways to run a command.
var executors = map[string]func(config *rest.Config, u *url.URL) (remotecommand.Executor, error){
	"spdy": func(config *rest.Config, u *url.URL) (remotecommand.Executor, error) {
		return remotecommand.NewSPDYExecutor(config, http.MethodPost, u)
	},
	"websocket": func(config *rest.Config, u *url.URL) (remotecommand.Executor, error) {
		return remotecommand.NewWebSocketExecutor(config, http.MethodGet, u.String())
	},
	"fallback": func(config *rest.Config, u *url.URL) (remotecommand.Executor, error) {
		plain, err := remotecommand.NewSPDYExecutor(config, http.MethodPost, u)
		if err != nil {
			return nil, err
		}
		ws, err := remotecommand.NewWebSocketExecutor(config, http.MethodGet, u.String())
		if err != nil {
			return nil, err
		}
		return remotecommand.NewFallbackExecutor(ws, plain, func(err error) bool {
			return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
		})
	},
}

// run runs a command with each executor.
func run(t *testing.T, config *rest.Config, query string, test func(t *testing.T, e remotecommand.Executor)) {
	t.Helper()
	for name, connect := range executors {
		t.Run(name, func(t *testing.T) {
			e, err := connect(config, target(t, config, "exec", query))
			require.NoError(t, err)
			test(t, e)
		})
	}
}

const allStreams = "command=sh&stdin=true&stdout=true&stderr=true"

func TestStreamsAndExitCodes(t *testing.T) {
	config := serve(t, func(_ context.Context, c kubelet.Container, s *kubelet.Session) error {
		input, err := io.ReadAll(s.Stdin)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "%s %v %s", c.Name, s.Command, input)
		fmt.Fprint(s.Stderr, "complaint")
		switch string(input) {
		case "exit":
			return exec.CodeExitError{Err: errors.New("x"), Code: 42}
		case "gone":
			return apierrors.NewNotFound(corev1.Resource("containers"), "main")
		}
		return nil
	})
	run(t, config, allStreams, func(t *testing.T, e remotecommand.Executor) {
		for _, input := range []string{"", "exit", "gone"} {
			var stdout, stderr bytes.Buffer
			err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{
				Stdin: strings.NewReader(input), Stdout: &stdout, Stderr: &stderr,
			})
			assert.Equal(t, "main [sh] "+input, stdout.String())
			assert.Equal(t, "complaint", stderr.String())
			var exit exec.ExitError
			switch input {
			case "exit":
				require.ErrorAs(t, err, &exit)
				assert.Equal(t, 42, exit.ExitStatus())
			case "gone":
				assert.True(t, apierrors.IsNotFound(err), "%v", err)
			default:
				assert.NoError(t, err)
			}
		}
	})
}

func TestRefusals(t *testing.T) {
	config := serve(t, func(context.Context, kubelet.Container, *kubelet.Session) error { return nil })
	run(t, config, allStreams+"&container=other", func(t *testing.T, e remotecommand.Executor) {
		err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: io.Discard})
		assert.True(t, apierrors.IsBadRequest(err), "%v", err)
		assert.ErrorContains(t, err, "container other is not valid for pod web")
	})
}

// sizes are a queue of sizes.
type sizes chan *remotecommand.TerminalSize

func (s sizes) Next() *remotecommand.TerminalSize { return <-s }

func TestResize(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		for range 3 {
			size := <-s.Resize
			fmt.Fprintf(s.Stdout, "%dx%d ", size.Width, size.Height)
		}
		return nil
	})
	run(t, config, "command=top&stdout=true&tty=true", func(t *testing.T, e remotecommand.Executor) {
		queue := make(sizes, 4)
		for i := range uint16(3) {
			queue <- &remotecommand.TerminalSize{Width: 80 + i, Height: 25}
		}
		close(queue)
		var stdout bytes.Buffer
		err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: &stdout, Tty: true, TerminalSizeQueue: queue})
		require.NoError(t, err)
		assert.Equal(t, "80x25 81x25 82x25 ", stdout.String())
	})
}

// hashed hashes what is written.
type hashed struct {
	hash.Hash

	size int64
}

func (h *hashed) Write(p []byte) (int, error) {
	h.size += int64(len(p))
	return h.Hash.Write(p)
}

func newHash() *hashed { return &hashed{Hash: sha256.New()} }

// random are size bytes from a seed.
func random(seed uint64, size int64) io.Reader {
	return io.LimitReader(rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}), size)
}

func TestBigStreams(t *testing.T) {
	const size = 20 << 20
	want := newHash()
	_, _ = io.Copy(want, random(1, size))
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		got := newHash()
		var sending sync.WaitGroup
		sending.Go(func() { _, _ = io.Copy(s.Stdout, random(2, size)) })
		sending.Go(func() { _, _ = io.Copy(s.Stderr, random(3, size/8)) })
		_, err := io.Copy(got, s.Stdin)
		sending.Wait()
		if err != nil || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
			return fmt.Errorf("got %d bytes of input, or others: %w", got.size, err)
		}
		return nil
	})
	run(t, config, allStreams, func(t *testing.T, e remotecommand.Executor) {
		stdout, stderr, out, errs := newHash(), newHash(), newHash(), newHash()
		_, _ = io.Copy(out, random(2, size))
		_, _ = io.Copy(errs, random(3, size/8))
		err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdin: random(1, size), Stdout: stdout, Stderr: stderr})
		require.NoError(t, err)
		assert.Equal(t, out.Sum(nil), stdout.Sum(nil), "%d bytes", stdout.size)
		assert.Equal(t, errs.Sum(nil), stderr.Sum(nil), "%d bytes", stderr.size)
	})
}

func TestErrorsOfTheCallersStreams(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		_, err := io.Copy(s.Stdout, random(1, 1<<20))
		_, _ = io.Copy(io.Discard, s.Stdin)
		return err
	})
	broken := errors.New("disk full")
	run(t, config, "command=sh&stdin=true&stdout=true", func(t *testing.T, e remotecommand.Executor) {
		err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{
			Stdin: strings.NewReader(""), Stdout: writerFunc(func([]byte) (int, error) { return 0, broken }),
		})
		assert.ErrorIs(t, err, broken)
		err = e.StreamWithContext(t.Context(), remotecommand.StreamOptions{
			Stdin: io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) { return 0, broken })), Stdout: io.Discard,
		})
		assert.ErrorIs(t, err, broken)
	})
}

type (
	writerFunc func([]byte) (int, error)
	readerFunc func([]byte) (int, error)
)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
func (f readerFunc) Read(p []byte) (int, error)  { return f(p) }

// endless talks until it cannot.
func endless(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
	go func() { _, _ = io.Copy(io.Discard, s.Stdin) }()
	for {
		if _, err := s.Stdout.Write(make([]byte, 1000)); err != nil {
			return err
		}
	}
}

func TestCancelAtRandomPoints(t *testing.T) {
	config := serve(t, endless)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	points := rand.New(rand.NewPCG(seed, 1))
	run(t, config, "command=yes&stdin=true&stdout=true", func(t *testing.T, e remotecommand.Executor) {
		for range 10 {
			ctx, cancel := context.WithCancel(t.Context())
			limit := points.Int64N(200_000)
			var returned atomic.Bool
			var written int64
			stdout := writerFunc(func(p []byte) (int, error) {
				if returned.Load() {
					t.Error("a Write began after the call had returned")
				}
				if written += int64(len(p)); written >= limit {
					cancel()
				}
				return len(p), nil
			})
			err := e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdin: random(1, 1<<30), Stdout: stdout})
			returned.Store(true)
			require.ErrorIs(t, err, context.Canceled)
			cancel()
		}
	})
}

func TestCancelWhileTheCallerIsSlow(t *testing.T) {
	config := serve(t, endless)
	run(t, config, "command=yes&stdin=true&stdout=true", func(t *testing.T, e remotecommand.Executor) {
		ctx, cancel := context.WithCancel(t.Context())
		stuck := make(chan struct{})
		err := e.StreamWithContext(ctx, remotecommand.StreamOptions{
			Stdin: readerFunc(func([]byte) (int, error) { <-stuck; return 0, io.EOF }),
			Stdout: writerFunc(func(p []byte) (int, error) {
				cancel()
				<-stuck
				return len(p), nil
			}),
		})
		close(stuck)
		assert.ErrorIs(t, err, context.Canceled)
	})
}

// cutter is a proxy that cuts each connection after some bytes.
type cutter struct {
	net.Listener

	target string
	limit  atomic.Int64
	conns  sync.WaitGroup
}

func newCutter(t *testing.T, config *rest.Config) *cutter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u, err := url.Parse(config.Host)
	require.NoError(t, err)
	c := &cutter{Listener: listener, target: u.Host}
	c.conns.Go(c.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		c.conns.Wait()
	})
	return c
}

func (c *cutter) accept() {
	for {
		client, err := c.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", c.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		limit := c.limit.Load()
		c.conns.Go(func() {
			_, _ = io.Copy(server, client)
			_ = server.Close()
		})
		c.conns.Go(func() {
			_, _ = io.CopyN(client, server, limit)
			_ = client.Close()
			_ = server.Close()
		})
	}
}

func TestACutIsAnError(t *testing.T) {
	const size = 300_000
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		_, err := io.Copy(s.Stdout, random(1, size))
		return err
	})
	proxy := newCutter(t, config)
	config.ServerName = "127.0.0.1"
	config.Host = "https://" + proxy.Addr().String()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	points := rand.New(rand.NewPCG(seed, 1))
	run(t, config, "command=cat&stdout=true", func(t *testing.T, e remotecommand.Executor) {
		for range 15 {
			limit := points.Int64N(size)
			proxy.limit.Store(limit)
			stdout := newHash()
			err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: stdout})
			require.Error(t, err, "cut after %d bytes, %d of output received", limit, stdout.size)
		}
		proxy.limit.Store(1 << 40)
		stdout := newHash()
		require.NoError(t, e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: stdout}))
		assert.EqualValues(t, size, stdout.size)
	})
}

func TestSlowReaders(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		_, err := io.Copy(s.Stdout, io.TeeReader(random(1, 2<<20), s.Stderr))
		return err
	})
	run(t, config, "command=cat&stdout=true&stderr=true", func(t *testing.T, e remotecommand.Executor) {
		stdout, stderr := newHash(), newHash()
		slow := writerFunc(func(p []byte) (int, error) {
			time.Sleep(time.Millisecond)
			return stderr.Write(p)
		})
		require.NoError(t, e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: stdout, Stderr: slow}))
		assert.EqualValues(t, 2<<20, stdout.size)
		assert.Equal(t, stdout.Sum(nil), stderr.Sum(nil))
	})
}

func TestFallbackIfAProxyRefusesWebSockets(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		_, err := io.Copy(s.Stdout, s.Stdin)
		return err
	})
	var refused atomic.Int32
	config.WrapTransport = func(rt http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			if req.Header.Get("Sec-WebSocket-Protocol") == "" {
				return rt.RoundTrip(req)
			}
			refused.Add(1)
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) }))
			defer proxy.Close()
			req = req.Clone(req.Context())
			u, _ := url.Parse(proxy.URL)
			req.URL.Scheme, req.URL.Host = u.Scheme, u.Host
			return rt.RoundTrip(req)
		})
	}
	e, err := executors["fallback"](config, target(t, config, "exec", "command=cat&stdin=true&stdout=true"))
	require.NoError(t, err)
	var stdout bytes.Buffer
	require.NoError(t, e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdin: strings.NewReader("hello"), Stdout: &stdout}))
	assert.Equal(t, "hello", stdout.String())
	assert.EqualValues(t, 1, refused.Load())
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestEachVersionOverSPDY(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		fmt.Fprint(s.Stdout, "hello")
		return nil
	})
	for _, protocol := range []string{
		constants.StreamProtocolV1Name, constants.StreamProtocolV2Name, constants.StreamProtocolV3Name, constants.StreamProtocolV4Name,
	} {
		t.Run(protocol, func(t *testing.T) {
			transport, upgrader, err := spdy.RoundTripperFor(config)
			require.NoError(t, err)
			u := target(t, config, "attach", "stdout=true")
			e, err := remotecommand.NewSPDYExecutorForProtocols(transport, upgrader, http.MethodPost, u, protocol)
			require.NoError(t, err)
			var stdout bytes.Buffer
			require.NoError(t, e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: &stdout}))
			assert.Equal(t, "hello", stdout.String())
		})
	}
	transport, upgrader, err := spdy.RoundTripperFor(config)
	require.NoError(t, err)
	e, err := remotecommand.NewSPDYExecutorForProtocols(transport, upgrader, http.MethodPost, target(t, config, "exec", allStreams), "v9")
	require.NoError(t, err)
	assert.Error(t, e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: io.Discard}))
}

func TestOneExecutorRunsManyCommandsAtOnce(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
		_, err := io.Copy(s.Stdout, s.Stdin)
		return err
	})
	run(t, config, "command=cat&stdin=true&stdout=true", func(t *testing.T, e remotecommand.Executor) {
		var commands sync.WaitGroup
		for i := range 10 {
			commands.Go(func() {
				var stdout bytes.Buffer
				input := strings.Repeat(strconv.Itoa(i), 1000)
				err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdin: strings.NewReader(input), Stdout: &stdout})
				assert.NoError(t, err)
				assert.Equal(t, input, stdout.String())
			})
		}
		commands.Wait()
	})
}
