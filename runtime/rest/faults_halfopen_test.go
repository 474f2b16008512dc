package rest

import (
	"context"
	"io"
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
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
)

// blackHole forwards the bytes of connections until it is told to swallow them. Then both ends see an open connection on
// which nothing arrives, as when a machine or a cable between them is gone.
type blackHole struct {
	url      string
	swallows atomic.Bool
}

func (h *blackHole) forward(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil {
			if !h.swallows.Load() {
				_ = to.Close()
			}
			return
		}
		if !h.swallows.Load() {
			_, _ = to.Write(buf[:n])
		}
	}
}

// newBlackHole puts a black hole in front of a server.
func newBlackHole(t *testing.T, url string) *blackHole {
	t.Helper()
	target := strings.TrimPrefix(url, "https://")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h := &blackHole{url: "https://" + listener.Addr().String()}
	var mu sync.Mutex
	var open []net.Conn
	var forwarding sync.WaitGroup
	forwarding.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, client, server)
			mu.Unlock()
			forwarding.Go(func() { h.forward(client, server) })
			forwarding.Go(func() { h.forward(server, client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, conn := range open {
			_ = conn.Close()
		}
		mu.Unlock()
		forwarding.Wait()
	})
	return h
}

// TestHalfOpenPeers shortens the interval of HTTP/2 pings from 30 seconds to one, and the wait for an answer from 15 seconds
// to one. Package transport tests the defaults.
func TestHalfOpenPeers(t *testing.T) {
	t.Setenv("HTTP2_READ_IDLE_TIMEOUT_SECONDS", "1")
	t.Setenv("HTTP2_PING_TIMEOUT_SECONDS", "1")
	ca := certtest.NewAuthority(t)
	var sent atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		if r.URL.Query().Get("watch") == "" {
			answer(w, http.StatusOK, pod)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, addedPod)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	server.TLS, server.EnableHTTP2 = ca.ServerConfig(), true
	server.StartTLS()
	t.Cleanup(server.Close)
	h := newBlackHole(t, server.URL)
	config := faultConfig(h.url)
	config.CAData = ca.PEM
	client := faultClient(t, config)
	require.NoError(t, try(t, client, http.MethodGet))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	watching := make(chan error, 1)
	seen := make(chan watch.EventType, 1)
	go func() {
		watching <- client.Get().Resource("pods").Param("watch", "1").WatchInto(ctx, WatchConsumer{NewObject: newPod, Each: func(kind watch.EventType, _ runtime.Object) error {
			seen <- kind
			return nil
		}})
	}()
	assert.Equal(t, watch.Added, <-seen)

	h.swallows.Store(true)
	before := sent.Load()
	err := try(t, client, http.MethodPost)
	require.ErrorContains(t, err, "client connection lost")
	assert.NotContains(t, err.Error(), secret)
	assert.Equal(t, before, sent.Load(), "it is not sent again: the first attempt may have arrived")
	require.ErrorContains(t, <-watching, "client connection lost")

	h.swallows.Store(false)
	require.NoError(t, try(t, client, http.MethodGet), "the next request goes over a new connection")
}
