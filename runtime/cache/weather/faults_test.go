package weather

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
)

var resource = schema.GroupResource{Resource: "configmaps"}

// refusals are errors that servers answer with.
func refusals() map[string]error {
	return map[string]error{
		"expired":   apierrors.NewResourceExpired("too old resource version: 1 (9)"),
		"gone":      &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: http.StatusGone, Reason: metav1.StatusReasonGone, Message: "gone"}},
		"busy":      apierrors.NewTooManyRequests("try again", 1),
		"internal":  apierrors.NewInternalError(errors.New("etcdserver: leader changed")),
		"away":      apierrors.NewServiceUnavailable("apiserver is shutting down"),
		"timeout":   apierrors.NewTimeoutError("the request could not be completed in time", 0),
		"forbidden": apierrors.NewForbidden(resource, "", errors.New("revoked")),
		"notFound":  apierrors.NewNotFound(resource, ""),
	}
}

// garbage lists lines that some proxies send and no server does.
func garbage() []string {
	return []string{
		"}garbage{", "", "null", "42", "\x00\x01\x02", `{"type":"WHAT","object":{}}`, `{"type":"ADDED"}`,
		`{"type":"ADDED","object":{"apiVersion":"v9","kind":"Nonsense","metadata":{"name":"x"}}}`,
		`{"type":"MODIFIED","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"half`,
		`{"type":"ERROR","object":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}}`,
	}
}

// effect is a fault with a name for the log.
type effect struct {
	name string
	do   apitest.Effect
}

// someEffect picks a fault.
func someEffect(rng *rand.Rand, upTo func(time.Duration) time.Duration) effect {
	n := rng.IntN(4)
	reason := pickKey(rng, refusals())
	refusal := refusals()[reason]
	line := garbage()[rng.IntN(len(garbage()))]
	effects := []effect{
		{"delay", apitest.Delay(upTo(20000 * time.Millisecond))},
		{"slow", apitest.Slow(upTo(500 * time.Millisecond))},
		{"fail: " + reason, apitest.Fail(refusal)},
		{"fail: " + reason, apitest.Fail(refusal)},
		{"a proxy's page", apitest.Answer(http.StatusBadGateway, "text/html", "<h1>Bad Gateway</h1>")},
		{"a portal's page", apitest.Answer(http.StatusOK, "text/html", "<h1>Please log in</h1>")},
		{"garbage for an answer", apitest.Answer(http.StatusOK, "application/json", line+"\n")},
		{"reset", apitest.Reset()},
		{"cut", apitest.CutBody(rng.IntN(3000))},
		{"reset in the body", apitest.ResetBody(rng.IntN(3000))},
		{"end", apitest.EndAfter(n)},
		{"error event: " + reason, apitest.ErrorAfter(n, refusal)},
		{"garbage: " + line, apitest.GarbageAfter(n, line)},
		{"no bookmarks", apitest.HoldBookmarks()},
		{"events twice", apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) { return [][]byte{event, event}, true })},
		{"lists shuffled", apitest.RewriteList(shuffled(rng.Uint64()))},
		{"lists doubled", apitest.RewriteList(func(items []json.RawMessage) []json.RawMessage { return append(items, items...) })},
	}
	return effects[rng.IntN(len(effects))]
}

func shuffled(seed uint64) func([]json.RawMessage) []json.RawMessage {
	return func(items []json.RawMessage) []json.RawMessage {
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		return items
	}
}
