package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// lossy is a connection that can be switched to lose all bytes.
type lossy struct {
	net.Conn

	lost *atomic.Bool
}

func (m lossy) Write(p []byte) (int, error) {
	if m.lost.Load() {
		return len(p), nil
	}
	return m.Conn.Write(p)
}

// pipes is a listener whose connections are pipes: without a network they work in a bubble of synctest.
type pipes struct{ conns chan net.Conn }

func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p.conns
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

func TestADeadConnectionIsDetectedWithin45Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lost atomic.Bool
		listener := pipes{make(chan net.Conn)}
		ca := certtest.NewAuthority(t)
		config := ca.ServerConfig()
		config.NextProtos = []string{"h2"}
		server := &http.Server{
			ReadHeaderTimeout: time.Minute,
			Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/hangs" {
					lost.Store(true)
					<-r.Context().Done()
				}
			}),
		}
		go func() { _ = server.Serve(tls.NewListener(listener, config)) }()
		dialler := func(context.Context, string, string) (net.Conn, error) {
			client, remote := net.Pipe()
			listener.conns <- lossy{remote, &lost}
			return lossy{client, &lost}, nil
		}
		rt, err := newConnections(&Config{TLS: TLSConfig{Insecure: true}, DialHolder: &DialHolder{Dial: dialler}})
		require.NoError(t, err)
		_, err = get(t, rt, "https://host/")
		require.NoError(t, err)

		begun := time.Now()
		_, err = get(t, rt, "https://host/hangs")
		require.ErrorContains(t, err, "client connection lost")
		assert.LessOrEqual(t, time.Since(begun), 45*time.Second)

		rt.CloseIdleConnections()
		close(listener.conns)
		_ = server.Close()
	})
}

func TestKeepAliveProbesOfTheKernel(t *testing.T) {
	probes := dial().KeepAliveConfig
	assert.True(t, probes.Enable)
	assert.LessOrEqual(t, probes.Idle+time.Duration(probes.Count)*probes.Interval, 45*time.Second)
}
