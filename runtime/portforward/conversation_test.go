package portforward_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
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

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/portforward"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/spdy"
)

// serve starts a server with a pod whose ports a function serves.
func serve(t *testing.T, forward func(ctx context.Context, pod kubelet.Pod, port uint16, conn io.ReadWriteCloser) error) *rest.Config {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{
		Scheme: scheme, TLS: true, Kubelet: kubelet.Kubelet{PortForward: forward},
		Objects: []runtime.Object{&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}}},
	})
	return server.Config()
}

// dialers are the ways to a pod.
var dialers = map[string]func(config *rest.Config, u *url.URL) (httpstream.Dialer, error){
	"spdy": func(config *rest.Config, u *url.URL) (httpstream.Dialer, error) {
		transport, upgrader, err := spdy.RoundTripperFor(config)
		if err != nil {
			return nil, err
		}
		return spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, u), nil
	},
	"tunnel": func(config *rest.Config, u *url.URL) (httpstream.Dialer, error) {
		return portforward.NewSPDYOverWebsocketDialer(u, config)
	},
}

func dial(t *testing.T, name string, config *rest.Config, pod string) httpstream.Dialer {
	t.Helper()
	u, err := url.Parse(config.Host + "/api/v1/namespaces/default/pods/" + pod + "/portforward")
	require.NoError(t, err)
	dialer, err := dialers[name](config, u)
	require.NoError(t, err)
	return dialer
}

// forwarding is a forwarder that runs.
type forwarding struct {
	ports []portforward.ForwardedPort
	stop  func()
	ended chan error
}

// address is the local address of a port.
func (f *forwarding) address(i int) string { return fmt.Sprintf("127.0.0.1:%d", f.ports[i].Local) }

// start forwards ports until the test ends.
func start(t *testing.T, dialer httpstream.Dialer, ports ...string) *forwarding {
	t.Helper()
	stop, ready := make(chan struct{}), make(chan struct{})
	var out bytes.Buffer
	forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, ports, stop, ready, &out, nil)
	require.NoError(t, err)
	f := &forwarding{ended: make(chan error, 1), stop: sync.OnceFunc(func() { close(stop) })}
	go func() { f.ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-f.ended:
		require.NoError(t, err)
		t.Fatal("it has ended before it was ready")
	}
	f.ports, err = forwarder.GetPorts()
	require.NoError(t, err)
	t.Cleanup(f.stop)
	return f
}

// echo repeats what comes in, after the name of pod and port.
func echo(_ context.Context, pod kubelet.Pod, port uint16, conn io.ReadWriteCloser) error {
	if _, err := fmt.Fprintf(conn, "%s:%d ", pod.Name, port); err != nil {
		return err
	}
	_, err := io.Copy(conn, conn)
	return err
}

func each(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	for name := range dialers {
		t.Run(name, func(t *testing.T) { test(t, name) })
	}
}

// ask sends a text to an address and returns the answer.
func ask(address, text string) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, text); err != nil {
		return "", err
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

func TestManyConnectionsToSomePorts(t *testing.T) {
	config := serve(t, echo)
	each(t, func(t *testing.T, name string) {
		f := start(t, dial(t, name, config, "web"), ":80", "0:443")
		var connections sync.WaitGroup
		for i := range 20 {
			connections.Go(func() {
				text := strings.Repeat(strconv.Itoa(i), 5000)
				answer, err := ask(f.address(i%2), text)
				assert.NoError(t, err)
				assert.Equal(t, fmt.Sprintf("web:%d %s", []int{80, 443}[i%2], text), answer)
			})
		}
		connections.Wait()
		f.stop()
		assert.NoError(t, <-f.ended)
		_, err := net.Dial("tcp", f.address(0))
		assert.Error(t, err, "the port is still open")
	})
}

func TestBigStreams(t *testing.T) {
	const size = 20 << 20
	config := serve(t, func(_ context.Context, _ kubelet.Pod, _ uint16, conn io.ReadWriteCloser) error {
		_, err := io.Copy(conn, conn)
		return err
	})
	source := func() io.Reader { return io.LimitReader(rand.NewChaCha8([32]byte{1}), size) }
	want := sha256.New()
	_, _ = io.Copy(want, source())
	each(t, func(t *testing.T, name string) {
		f := start(t, dial(t, name, config, "web"), ":80")
		conn, err := net.Dial("tcp", f.address(0))
		require.NoError(t, err)
		defer conn.Close()
		go func() {
			_, _ = io.Copy(conn, source())
			_ = conn.(*net.TCPConn).CloseWrite()
		}()
		got := sha256.New()
		n, err := io.Copy(got, conn)
		require.NoError(t, err)
		assert.EqualValues(t, size, n)
		assert.Equal(t, want.Sum(nil), got.Sum(nil))
	})
}

func TestStopEndsConnections(t *testing.T) {
	config := serve(t, func(_ context.Context, _ kubelet.Pod, _ uint16, conn io.ReadWriteCloser) error {
		for {
			if _, err := conn.Write(make([]byte, 1000)); err != nil {
				return err
			}
		}
	})
	each(t, func(t *testing.T, name string) {
		f := start(t, dial(t, name, config, "web"), ":80")
		conn, err := net.Dial("tcp", f.address(0)) // the test never reads from it
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.ReadFull(conn, make([]byte, 1000))
		require.NoError(t, err)
		f.stop()
		assert.NoError(t, <-f.ended)
	})
}

func TestErrorsOfThePodEndTheForwarding(t *testing.T) {
	config := serve(t, func(context.Context, kubelet.Pod, uint16, io.ReadWriteCloser) error {
		return errors.New("nobody listens")
	})
	each(t, func(t *testing.T, name string) {
		f := start(t, dial(t, name, config, "web"), ":80")
		_, _ = ask(f.address(0), "hello")
		assert.ErrorIs(t, <-f.ended, portforward.ErrLostConnectionToPod)
	})
}

func TestARefusedUpgradeIsTheServersStatus(t *testing.T) {
	config := serve(t, echo)
	each(t, func(t *testing.T, name string) {
		forwarder, err := portforward.New(dial(t, name, config, "gone"), []string{":80"}, nil, nil, nil, nil)
		require.NoError(t, err)
		err = forwarder.ForwardPorts()
		assert.True(t, apierrors.IsNotFound(err), "%v", err)
	})
}

func TestAPortInUse(t *testing.T) {
	config := serve(t, echo)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	each(t, func(t *testing.T, name string) {
		var out bytes.Buffer
		forwarder, err := portforward.NewOnAddresses(dial(t, name, config, "web"), []string{"127.0.0.1"}, []string{fmt.Sprintf("%d:80", port)}, nil, nil, nil, &out)
		require.NoError(t, err)
		err = forwarder.ForwardPorts()
		require.ErrorContains(t, err, "unable to listen on any of the requested ports")
		assert.ErrorContains(t, err, "address already in use")
		assert.Contains(t, out.String(), fmt.Sprintf("Unable to listen on port %d", port))
	})
}

func TestFallback(t *testing.T) {
	config := serve(t, echo)
	var refused atomic.Int32
	without := rest.CopyConfig(config)
	without.Wrap(func(rt http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			refused.Add(1)
			req = req.Clone(req.Context())
			req.Header.Set("Sec-WebSocket-Protocol", "SPDY/3.1+other.k8s.io")
			return rt.RoundTrip(req)
		})
	})
	dialer := portforward.NewFallbackDialer(dial(t, "tunnel", without, "web"), dial(t, "spdy", config, "web"), httpstream.IsUpgradeFailure)
	f := start(t, dialer, ":80")
	answer, err := ask(f.address(0), "hello")
	require.NoError(t, err)
	assert.Equal(t, "web:80 hello", answer)
	assert.EqualValues(t, 1, refused.Load())
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestStopWhileDialling(t *testing.T) {
	dialing, release := make(chan struct{}), make(chan struct{})
	stop := make(chan struct{})
	forwarder, err := portforward.New(dialerFunc(func(...string) (httpstream.Connection, string, error) {
		close(dialing)
		<-release
		return nil, "", errors.New("too late")
	}), []string{":80"}, stop, nil, nil, nil)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- forwarder.ForwardPorts() }()
	<-dialing
	close(stop)
	assert.NoError(t, <-ended)
	close(release)
}

type dialerFunc func(protocols ...string) (httpstream.Connection, string, error)

func (f dialerFunc) Dial(protocols ...string) (httpstream.Connection, string, error) {
	return f(protocols...)
}

func TestAConnectionThatIsCutEndsTheForwarding(t *testing.T) {
	config := serve(t, echo)
	var mu sync.Mutex
	var conns []net.Conn
	config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{Timeout: time.Minute}).DialContext(ctx, network, address)
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			conns = append(conns, conn)
		}
		return conn, err
	}
	each(t, func(t *testing.T, name string) {
		f := start(t, dial(t, name, config, "web"), ":80")
		conn, err := net.Dial("tcp", f.address(0))
		require.NoError(t, err)
		defer conn.Close()
		_, err = io.ReadFull(conn, make([]byte, len("web:80 ")))
		require.NoError(t, err)
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		assert.ErrorIs(t, <-f.ended, portforward.ErrLostConnectionToPod)
		_, err = io.ReadAll(conn)
		t.Log(err) // the end, or a reset
	})
}
