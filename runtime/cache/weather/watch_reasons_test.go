package weather

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

// stream accepts a watch and sends content that no server would send. Then it breaks the connection or keeps it open.
func stream(content string, breaks bool) apitest.Effect {
	return func(w http.ResponseWriter, req *http.Request, _ http.HandlerFunc) {
		time.Sleep(2 * time.Second) // a shorter watch is a failure of its own
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, content)
		_ = http.NewResponseController(w).Flush()
		if breaks {
			panic(http.ErrAbortHandler)
		}
		<-req.Context().Done()
	}
}

// TestAWatchThatBreaksSaysWhy has informers of a server whose lists are in order and whose watches are not. Some informers
// read events from the wire, others from a channel.
func TestAWatchThatBreaksSaysWhy(t *testing.T) {
	const half = `{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"defa`
	for name, test := range map[string]struct {
		answer apitest.Effect
		reason cache.FailureReason
		words  string
	}{
		"garbage":             {stream("nonsense\n", false), cache.ReasonDecode, "invalid character"},
		"garbage in an event": {stream(`{"type":"ADDED","object":nonsense}`+"\n", false), cache.ReasonDecode, "unable to decode"},
		"no object":           {stream(`{"type":"ADDED","object":[1,2]}`+"\n", false), cache.ReasonDecode, "unable to decode"},
		"a number for a name": {stream(`{"type":"ADDED","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":7}}}`+"\n", false), cache.ReasonDecode, "unable to decode"},
		"another type":        {stream(`{"type":"FOUND","object":{"kind":"ConfigMap","apiVersion":"v1"}}`+"\n", false), cache.ReasonDecode, "FOUND"},
		"another page":        {apitest.Answer(200, "text/html", "<html>Welcome</html>"), cache.ReasonDecode, "text/html"},
		"half an event":       {stream(half, true), cache.ReasonConnection, "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			for kind, newInformer := range map[string]func(*configMaps) cache.SharedIndexInformer{
				"on the wire": func(client *configMaps) cache.SharedIndexInformer {
					return cache.NewTypedInformer(source{client, true}, cache.SharedIndexInformerOptions{})
				},
				"in a channel": func(client *configMaps) cache.SharedIndexInformer {
					return cache.NewSharedIndexInformer(plainSource(client, true), &corev1.ConfigMap{}, 0, nil)
				},
			} {
				t.Run(kind, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						server := apitest.Start(t, apitest.Options{Scheme: scheme(), InMemory: true})
						server.Inject(apitest.Fault{Verbs: []string{"watch"}, Do: test.answer})
						lists := server.Inject(apitest.Fault{Verbs: []string{"list"}, Do: func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) { next(w, req) }})
						informer := newInformer(clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, server.Config(), "configmaps", "default"))
						ctx, cancel := context.WithCancel(t.Context())
						done := make(chan struct{})
						go func() { defer close(done); informer.RunWithContext(ctx) }()
						require.NoError(t, cache.WaitForSync(ctx, informer))
						time.Sleep(time.Minute)
						synctest.Wait()
						status, _ := cache.StatusOf(informer)
						if test.reason == cache.ReasonConnection {
							assert.Equal(t, 1, lists.Hits(), "a watch follows a broken watch, without a list")
						}
						if kind == "in a channel" && test.reason == cache.ReasonConnection {
							cancel()
							<-done
							return // the channel ends quietly, as in client-go
						}
						require.ErrorContains(t, status.Err, test.words)
						assert.Equal(t, test.reason, status.Reason, status.Err.Error())
						cancel()
						<-done
					})
				})
			}
		})
	}
}
