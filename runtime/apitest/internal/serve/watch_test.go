package serve

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// watched collects the events of a watch as text: the type, and the name of the object or the version of the bookmark.
type watched struct {
	*httptest.ResponseRecorder

	writes atomic.Int32
}

func (w *watched) Write(data []byte) (int, error) {
	w.writes.Add(1)
	return w.ResponseRecorder.Write(data)
}

func (w *watched) events(t *testing.T) (all []string) {
	t.Helper()
	for line := range strings.Lines(w.Body.String()) {
		var frame struct {
			Type   string
			Object map[string]any
		}
		require.NoError(t, json.Unmarshal([]byte(line), &frame), line)
		u := unstructured.Unstructured{Object: frame.Object}
		switch {
		case frame.Type == "ERROR":
			all = append(all, frame.Type+" "+frame.Object["reason"].(string))
		case frame.Type == "BOOKMARK" && u.GetAnnotations()["k8s.io/initial-events-end"] == "true":
			all = append(all, "BOOKMARK of the beginning")
		case frame.Type == "BOOKMARK":
			all = append(all, frame.Type)
		default:
			all = append(all, frame.Type+" "+u.GetName())
		}
	}
	return all
}

// watchConfigMaps opens a watch, runs a function and ends the watch.
func watchConfigMaps(t *testing.T, api *API, query string, w *watched, during func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w.ResponseRecorder = httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		api.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, configMaps+"?watch=true"+query, http.NoBody))
	}()
	synctest.Wait()
	during()
	time.Sleep(time.Second) // a busy watch collects events before it sends them
	cancel()
	<-done
}

func TestWatch(t *testing.T) {
	put := func(t *testing.T, api *API, label string) {
		must(t, api, http.MethodPut, configMaps+"/a", `metadata: {name: a, labels: {x: `+label+`}}`)
	}
	tests := []struct {
		name, query string
		during      func(t *testing.T, api *API)
		want        []string
	}{
		{"it begins with what there is", "", func(*testing.T, *API) {}, []string{"ADDED a", "ADDED b"}},
		{"then it follows", "&resourceVersion=0", func(t *testing.T, api *API) {
			put(t, api, "two")
			must(t, api, http.MethodDelete, configMaps+"/b", "")
		}, []string{"ADDED a", "ADDED b", "MODIFIED a", "DELETED b"}},
		{"a selector sees objects come and go", "&labelSelector=x%3Dtwo", func(t *testing.T, api *API) {
			put(t, api, "two")
			put(t, api, "three")
		}, []string{"ADDED a", "DELETED a"}},
		{"one name", "&fieldSelector=metadata.name%3Db", func(t *testing.T, api *API) { put(t, api, "two") }, []string{"ADDED b"}},
		{"from a version on", "&resourceVersion=VERSION", func(*testing.T, *API) {}, []string{"ADDED b"}},
		{"a version that is forgotten", "&resourceVersion=VERSION", func(*testing.T, *API) {}, []string{"ERROR Expired"}},
		{
			"bookmarks when nothing happens", "&allowWatchBookmarks=true", func(*testing.T, *API) { time.Sleep(2*time.Minute + time.Second) },
			[]string{"ADDED a", "ADDED b", "BOOKMARK of the beginning", "BOOKMARK", "BOOKMARK"},
		},
		{"none that are not allowed", "", func(*testing.T, *API) { time.Sleep(5 * time.Minute) }, []string{"ADDED a", "ADDED b"}},
		{
			"a streamed list ends with a bookmark", "&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan",
			func(t *testing.T, api *API) { put(t, api, "two") },
			[]string{"ADDED a", "ADDED b", "BOOKMARK of the beginning", "MODIFIED a"},
		},
		{
			"a timeout ends it with a bookmark", "&timeoutSeconds=5&allowWatchBookmarks=true&resourceVersion=VERSION", func(*testing.T, *API) { time.Sleep(6 * time.Second) },
			[]string{"ADDED b", "BOOKMARK"},
		},
		{"a timeout ends it", "&timeoutSeconds=5", func(t *testing.T, api *API) {
			time.Sleep(6 * time.Second)
			put(t, api, "two")
		}, []string{"ADDED a", "ADDED b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := newAPI(t, Options{Bookmarks: time.Minute})
				must(t, api, http.MethodPost, configMaps, `metadata: {name: a}`)
				must(t, api, http.MethodPost, configMaps, `metadata: {name: b}`)
				if tt.want[0] == "ERROR Expired" {
					api.Forget()
				}
				version := must(t, api, http.MethodGet, configMaps+"/a", "").GetResourceVersion()
				got := &watched{}
				watchConfigMaps(t, api, strings.ReplaceAll(tt.query, "VERSION", version), got, func() { tt.during(t, api) })
				assert.Equal(t, tt.want, got.events(t))
				assert.Equal(t, http.StatusOK, got.Code)
			})
		})
	}
}

func TestABusyWatchCollectsEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := newAPI(t, Options{})
		var first int32
		w := &watched{}
		watchConfigMaps(t, api, "", w, func() {
			for _, name := range []string{"a", "b", "c", "d"} {
				must(t, api, http.MethodPost, configMaps, `metadata: {name: `+name+`}`)
				synctest.Wait()
				if name == "a" {
					first = w.writes.Load()
				}
			}
			assert.Equal(t, first, w.writes.Load(), "what follows at once is collected")
			time.Sleep(collectFor)
		})
		assert.Equal(t, int32(1), first, "the first event after a pause is sent at once")
		assert.Equal(t, int32(2), w.writes.Load())
		assert.Len(t, w.events(t), 4)
	})
}

func TestAWatchOfTheFutureFails(t *testing.T) {
	api := newAPI(t, Options{})
	_, w := do(t, api, http.MethodGet, configMaps+"?watch=true&resourceVersion=9999", "")
	assert.Equal(t, http.StatusGatewayTimeout, w.Code)
	_, w = do(t, api, http.MethodGet, configMaps+"?watch=true&resourceVersion=x", "")
	assert.Equal(t, http.StatusInternalServerError, w.Code)
}
