package execplugin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport"
)

// stop ends the current run and waits for it.
func stop(t *testing.T, a *Authenticator) {
	t.Helper()
	a.runs.stop()
	waitUntilIdle(t, a.runs)
}

// waitUntilIdle waits until the program does not run.
func waitUntilIdle(t *testing.T, r *runs) {
	t.Helper()
	assert.Eventually(t, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.running == nil
	}, time.Minute, time.Millisecond)
}

// gated returns a harness whose program waits until open is called.
func gated(t *testing.T) (h harness, open func()) {
	t.Helper()
	h = newHarness(t, "waits")
	gate := filepath.Join(t.TempDir(), "gate")
	h.config.Env = append(h.config.Env, api.ExecEnvVar{Name: "TEST_GATE", Value: gate})
	return h, func() { assert.NoError(t, os.WriteFile(gate, nil, 0o600)) }
}

// waitForStart waits until the program runs, and returns its process.
func (h harness) waitForStart() *os.Process {
	h.t.Helper()
	var pid int
	require.Eventually(h.t, func() bool {
		text, _ := os.ReadFile(h.runs + ".pid")
		var err error
		pid, err = strconv.Atoi(string(text))
		return err == nil
	}, time.Minute, time.Millisecond)
	process, err := os.FindProcess(pid)
	require.NoError(h.t, err)
	return process
}

func alive(p *os.Process) bool { return p.Signal(syscall.Signal(0)) == nil }

func TestConcurrentCallersShareARun(t *testing.T) {
	h, open := gated(t)
	a, err := New(&h.config, nil)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, a) })
	impatient, cancel := context.WithCancelCause(t.Context())
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			if n%2 == 0 {
				_, err := a.get(impatient, nil)
				assert.ErrorIs(t, err, errImpatient)
				return
			}
			creds, err := a.get(t.Context(), nil)
			if assert.NoError(t, err) {
				assert.Equal(t, secret, creds.token.Reveal())
			}
		})
	}
	process := h.waitForStart()
	cancel(errImpatient)
	_, err = a.get(impatient, nil)
	require.ErrorIs(t, err, errImpatient)
	assert.True(t, alive(process), "callers that give up do not end the run")
	open()
	all.Wait()
	_, err = a.get(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, 1, h.count())
	assert.False(t, alive(process))
}

var errImpatient = errors.New("impatient")

func TestTheResultOfAnAbandonedRunIsKept(t *testing.T) {
	h, open := gated(t)
	a, err := New(&h.config, nil)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, a) })
	ctx, cancel := context.WithCancel(t.Context())
	all := sync.WaitGroup{}
	all.Go(func() {
		_, err := a.get(ctx, nil)
		assert.ErrorIs(t, err, context.Canceled)
	})
	h.waitForStart()
	cancel()
	all.Wait()
	open()
	waitUntilIdle(t, a.runs)
	creds, err := a.get(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, secret, creds.token.Reveal())
	assert.Equal(t, 1, h.count())
}

func TestARunEndsAtItsTimeout(t *testing.T) {
	h, _ := gated(t)
	a, err := New(&h.config, nil)
	require.NoError(t, err)
	assert.Equal(t, 10*time.Minute, a.runs.timeout, "the documented timeout")
	a.runs.timeout = 300 * time.Millisecond
	_, err = a.get(t.Context(), nil)
	require.ErrorContains(t, err, "it did not answer in time, and was ended after 300ms")
	if _, err := os.Stat(h.runs + ".pid"); err == nil { // on a slow machine it may not have written the file
		assert.False(t, alive(h.waitForStart()))
	}
}

func TestARunEndsWithItsLastUser(t *testing.T) {
	h, _ := gated(t)
	running := make(chan *runs, 1)
	func() {
		a, err := New(&h.config, nil)
		require.NoError(t, err)
		running <- a.runs
		ctx, cancel := context.WithCancel(t.Context())
		var waiter sync.WaitGroup
		waiter.Go(func() {
			_, err := a.get(ctx, nil)
			assert.ErrorIs(t, err, context.Canceled)
		})
		process := h.waitForStart()
		runtime.GC()
		assert.True(t, alive(process), "a caller waits")
		cancel()
		waiter.Wait()
	}()
	process := h.waitForStart()
	assert.Eventually(t, func() bool { runtime.GC(); return !alive(process) }, time.Minute, 10*time.Millisecond)
	waitUntilIdle(t, <-running)
}

func TestStaticCredentialsWin(t *testing.T) {
	for name, config := range map[string]transport.Config{
		"token":                         {BearerToken: "t"},
		"token file":                    {BearerTokenFile: "f"},
		"user name":                     {Username: "u"},
		"certificate":                   {TLS: transport.TLSConfig{CertData: []byte("c"), KeyData: []byte("k")}},
		"certificate files":             {TLS: transport.TLSConfig{CertFile: "c", KeyFile: "k"}},
		"certificate and a file of key": {TLS: transport.TLSConfig{CertData: []byte("c"), KeyFile: "k"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHarness(t, "token")
			a, err := New(&h.config, nil)
			require.NoError(t, err)
			require.NoError(t, a.UpdateTransportConfig(&config))
			assert.Nil(t, config.WrapTransport)
			assert.Nil(t, config.TLS.GetCertHolder)
		})
	}
}

// onlyReader is a body that can be compared, of a type that net/http does not know.
type onlyReader struct{ io.ReadCloser }

func TestTheCallersRequestStaysAsItIs(t *testing.T) {
	for _, behaviour := range []string{"token", "certificate"} {
		t.Run(behaviour, func(t *testing.T) {
			h := newHarness(t, behaviour)
			writeCertificates(t, &h)
			a, err := New(&h.config, nil)
			require.NoError(t, err)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				w.WriteHeader(http.StatusUnauthorized)
				_, _ = w.Write(body)
			}))
			t.Cleanup(server.Close)
			base := &http.Transport{}
			t.Cleanup(base.CloseIdleConnections)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("x"))
			require.NoError(t, err)
			body := &onlyReader{req.Body}
			req.Body = body
			before := *req
			header := req.Header.Clone()
			before.GetBody = nil
			resp, err := a.wrap(base).RoundTrip(req)
			require.NoError(t, err)
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.NoError(t, resp.Body.Close())
			assert.Equal(t, "x", string(text), "the body was sent again")
			assert.Equal(t, 2, h.count())
			assert.Equal(t, header, req.Header)
			assert.Same(t, body, req.Body)
			after := *req
			after.GetBody = nil
			assert.Equal(t, before, after)
		})
	}
}
