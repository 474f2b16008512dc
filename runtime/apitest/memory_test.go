package apitest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// memory starts a server without a network and a client for it; call it inside a bubble.
func memory(t *testing.T, opts Options) (*Server, func(ctx context.Context, method, path, body string) (*http.Response, error)) {
	t.Helper()
	opts.Scheme, opts.InMemory = coreScheme(), true
	server := Start(t, opts)
	return server, func(ctx context.Context, method, path, body string) (*http.Response, error) {
		req, err := http.NewRequestWithContext(ctx, method, server.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		return server.Config().Transport.RoundTrip(req)
	}
}

const configMapA = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}`

func TestAServerInMemoryKeepsABubblesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, send := memory(t, Options{}) //nolint:bodyclose // send makes answers, and is none
		resp, err := send(t.Context(), http.MethodPost, configMaps, configMapA)
		require.NoError(t, err)
		assert.Equal(t, http.StatusCreated, resp.StatusCode)
		require.NoError(t, resp.Body.Close())

		begun := time.Now()
		resp, err = send(t.Context(), http.MethodGet, configMaps+"?watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=150", "") //nolint:bodyclose // ends with its time
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		assert.Equal(t, []string{"ADDED", "BOOKMARK", "BOOKMARK", "BOOKMARK"}, summary(string(body)))
		assert.Equal(t, 150*time.Second, time.Since(begun))
	})
}

func TestHowAnswersInMemoryBreak(t *testing.T) {
	for name, test := range map[string]struct {
		do        Effect
		err, body error // of the answer and of its body
	}{
		"reset":      {do: Reset(), err: syscall.ECONNRESET},
		"reset body": {do: ResetBody(5), body: syscall.ECONNRESET},
		"cut":        {do: CutBody(0), body: io.ErrUnexpectedEOF},
		"cut body":   {do: CutBody(5), body: io.ErrUnexpectedEOF},
		"hang":       {do: Hang(), err: context.DeadlineExceeded},
		"slow":       {do: Slow(time.Minute), body: context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, send := memory(t, Options{}) //nolint:bodyclose // as above
				server.Inject(Fault{Do: test.do})
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				resp, err := send(ctx, http.MethodGet, configMaps+"?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", "")
				if test.err != nil {
					require.ErrorIs(t, err, test.err)
					return
				}
				require.NoError(t, err)
				_, err = io.ReadAll(resp.Body)
				require.ErrorIs(t, err, test.body)
				require.NoError(t, resp.Body.Close())
			})
		})
	}
}

func TestARestartInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, send := memory(t, Options{}) //nolint:bodyclose // as above
		watching, err := send(t.Context(), http.MethodGet, configMaps+"?watch=true", "")
		require.NoError(t, err)
		go func() { assert.NoError(t, server.Restart(RestartOptions{Down: time.Minute})) }()
		_, err = io.ReadAll(watching.Body)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "a process that ends ends no stream in order")
		require.NoError(t, watching.Body.Close())
		synctest.Wait()
		_, err = send(t.Context(), http.MethodGet, configMaps, "") //nolint:bodyclose // there is no answer
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		time.Sleep(time.Minute)
		synctest.Wait()
		resp, err := send(t.Context(), http.MethodGet, configMaps, "")
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	})
}
