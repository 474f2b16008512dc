package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// streams starts a server that answers with frames, and holds the connection open if hold is true.
func streams(t *testing.T, frames string, hold bool) *RESTClient {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, frames)
		w.(http.Flusher).Flush()
		if hold {
			<-r.Context().Done()
		}
	})
}

const (
	addedPod = `{"type":"ADDED","object":` + pod + "}\n"
	// The object may come before the type, and a frame may have many lines.
	modifiedPod = "{\"object\":\n" + pod + ",\n\"type\":\"MODIFIED\"}"
	bookmark    = `{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"7"}}}`
)

func newPod() runtime.Object { return &corev1.Pod{} }

func TestWatchInto(t *testing.T) {
	client := streams(t, addedPod+modifiedPod+bookmark, false)
	var seen []string
	opened := func() { seen = append(seen, "opened") }
	err := client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{NewObject: newPod, Opened: opened, Each: func(kind watch.EventType, obj runtime.Object) error {
		pod, ok := obj.(*corev1.Pod)
		require.True(t, ok)
		seen = append(seen, string(kind)+" "+pod.Name+pod.ResourceVersion)
		return nil
	}})
	require.NoError(t, err, "the server ended the stream")
	assert.Equal(t, []string{"opened", "ADDED web", "MODIFIED web", "BOOKMARK 7"}, seen)
}

func TestHowAWatchEnds(t *testing.T) {
	errEnough := errors.New("enough")
	errCause := errors.New("the caller's reason")
	for name, test := range map[string]struct {
		frames string
		each   error
		is     func(error) bool
		text   string
	}{
		"by an error of the callback": {addedPod, errEnough, func(err error) bool { return errors.Is(err, errEnough) }, "enough"},
		"by a status":                 {`{"type":"ERROR","object":` + status(410, "Expired") + `}`, nil, apierrors.IsResourceExpired, "no luck"},
		"by garbage":                  {addedPod + "<html>", nil, func(error) bool { return true }, "invalid character '<'"},
		"by an unknown event":         {`{"type":"DANCED","object":` + pod + `}`, nil, func(error) bool { return true }, `got invalid watch event type: "DANCED"`},
	} {
		t.Run(name, func(t *testing.T) {
			client := streams(t, test.frames, true)
			err := client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{NewObject: newPod, Each: func(watch.EventType, runtime.Object) error { return test.each }})
			require.ErrorContains(t, err, test.text)
			assert.True(t, test.is(err), "%v", err)
		})
	}
	t.Run("by the context", func(t *testing.T) {
		client := streams(t, addedPod, true)
		ctx, cancel := context.WithCancelCause(t.Context())
		err := client.Get().Resource("pods").WatchInto(ctx, WatchConsumer{NewObject: newPod, Each: func(watch.EventType, runtime.Object) error {
			cancel(errCause)
			return nil
		}})
		require.ErrorIs(t, err, errCause)
	})
	t.Run("by a refusal", func(t *testing.T) {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 403, status(403, "Forbidden")) })
		err := client.Get().Resource("pods").WatchInto(t.Context(), WatchConsumer{NewObject: newPod, Opened: func() { t.Error("a refused watch is not open") }})
		assert.True(t, apierrors.IsForbidden(err), "%v", err)
		_, err = client.Get().Resource("pods").Watch(t.Context())
		assert.True(t, apierrors.IsForbidden(err), "%v", err)
	})
}

func TestWatchThroughAChannel(t *testing.T) {
	client := streams(t, addedPod+"<html>", true)
	watcher, err := client.Get().Resource("pods").Watch(t.Context())
	require.NoError(t, err)
	event := <-watcher.ResultChan()
	assert.Equal(t, watch.Added, event.Type)
	event = <-watcher.ResultChan()
	assert.Equal(t, watch.Error, event.Type, "garbage is an event, not an end without a reason")
	watcher.Stop()
	for range watcher.ResultChan() {
	}
}

func TestASlowReaderLosesNothing(t *testing.T) {
	const events = 2000
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := range events {
			fmt.Fprintf(w, `{"type":"MODIFIED","object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","resourceVersion":"%d","annotations":{"x":%q}}}}`, i, strings.Repeat("x", 1000))
		}
	})
	watcher, err := client.Get().Resource("pods").Watch(t.Context())
	require.NoError(t, err)
	time.Sleep(100 * time.Millisecond) // until the server has filled all buffers on the way and has to wait
	next := 0
	for event := range watcher.ResultChan() {
		require.Equal(t, strconv.Itoa(next), event.Object.(*corev1.Pod).ResourceVersion)
		next++
	}
	assert.Equal(t, events, next)
}

func TestStoppingAWatchEndsIt(t *testing.T) {
	ended := make(chan struct{})
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, addedPod)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(ended)
	})
	watcher, err := client.Get().Resource("pods").Watch(t.Context())
	require.NoError(t, err)
	watcher.Stop() // before an event is read
	watcher.Stop()
	<-ended
	for range watcher.ResultChan() {
	}
}
