package byresource_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/internal/byresource"
	"github.com/typewright/typewright/runtime/metadata"
	"github.com/typewright/typewright/runtime/metadata/metadatainformer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var robots = schema.GroupVersionResource{Group: "fleet.example.com", Version: "v1", Resource: "robots"}

func robot(name string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"model": "T-1000"}}}
	obj.SetGroupVersionKind(robots.GroupVersion().WithKind("Robot"))
	obj.SetNamespace("hall")
	obj.SetName(name)
	obj.SetAnnotations(map[string]string{"note": "1"})
	return obj
}

// factory is what both factories are.
type factory interface {
	Start(stopCh <-chan struct{})
	ForResource(gvr schema.GroupVersionResource) byresource.GenericInformer
	Shutdown()
}

// kinds are the informers of what is not compiled in, and what each stores.
var kinds = map[string]struct {
	newFactory func(t *testing.T, server *apitest.Server) factory
	stores     runtime.Object
}{
	"unstructured": {
		func(t *testing.T, server *apitest.Server) factory {
			client, err := dynamic.NewForConfig(server.Config())
			require.NoError(t, err)
			return dynamicinformer.NewDynamicSharedInformerFactory(client, 0)
		},
		&unstructured.Unstructured{},
	},
	"metadata": {
		func(t *testing.T, server *apitest.Server) factory {
			client, err := metadata.NewForConfig(server.Config())
			require.NoError(t, err)
			return metadatainformer.NewSharedInformerFactory(client, 0)
		},
		&metav1.PartialObjectMetadata{},
	},
}

// world is a server with robots a and b, a client that writes, and a running informer.
type world struct {
	server   *apitest.Server
	write    dynamic.ResourceInterface
	informer byresource.GenericInformer

	mu    sync.Mutex
	lines []string
}

func (w *world) record(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

// take waits for five minutes, longer than any pause between failures, and returns what the handler received since the last
// call.
func (w *world) take() []string {
	time.Sleep(5 * time.Minute)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	lines := w.lines
	w.lines = nil
	return lines
}

// inAWorld runs a test for each kind of informer, in a synctest bubble, with faults from the start.
func inAWorld(t *testing.T, faults []apitest.Fault, test func(t *testing.T, w *world)) {
	for name, kind := range kinds {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &world{server: apitest.Start(t, apitest.Options{
					Resources: []apitest.Resource{{GroupVersionKind: robots.GroupVersion().WithKind("Robot")}},
					Objects:   []runtime.Object{robot("a"), robot("b")},
					InMemory:  true,
				})}
				for _, fault := range faults {
					w.server.Inject(fault)
				}
				client, err := dynamic.NewForConfig(w.server.Config())
				require.NoError(t, err)
				w.write = client.Resource(robots).Namespace("hall")
				factory := kind.newFactory(t, w.server)
				w.informer = factory.ForResource(robots)
				_, err = w.informer.Informer().AddEventHandler(w.handler(t, kind.stores))
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				factory.Start(ctx.Done())
				test(t, w)
				cancel()
				factory.Shutdown()
			})
		})
	}
}

func (w *world) handler(t *testing.T, stores runtime.Object) cache.ResourceEventHandler {
	note := func(obj any) string {
		assert.IsType(t, stores, obj)
		return obj.(metav1.Object).GetName() + "=" + obj.(metav1.Object).GetAnnotations()["note"]
	}
	return cache.ResourceEventHandlerDetailedFuncs{
		AddFunc:    func(obj any, initial bool) { w.record("add %s %t", note(obj), initial) },
		UpdateFunc: func(old, obj any) { w.record("update %s→%s", note(old), note(obj)) },
		DeleteFunc: func(obj any) {
			unknown, missed := obj.(cache.DeletedFinalStateUnknown)
			if missed {
				obj = unknown.Obj
			}
			w.record("delete %s missed=%t", note(obj), missed)
		},
	}
}

// change updates a, creates c and deletes b.
func (w *world) change(t *testing.T) {
	ctx := t.Context()
	a, err := w.write.Get(ctx, "a", metav1.GetOptions{})
	require.NoError(t, err)
	a.SetAnnotations(map[string]string{"note": "2"})
	_, err = w.write.Update(ctx, a, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = w.write.Create(ctx, robot("c"), metav1.CreateOptions{})
	require.NoError(t, err)
	require.NoError(t, w.write.Delete(ctx, "b", metav1.DeleteOptions{}))
}

func (w *world) stored(t *testing.T) []string {
	objs, err := w.informer.Lister().ByNamespace("hall").List(labels.Everything())
	require.NoError(t, err)
	var names []string
	for _, obj := range objs {
		names = append(names, obj.(metav1.Object).GetName())
	}
	return names
}

func TestInformersFollowTheWatch(t *testing.T) {
	inAWorld(t, nil, func(t *testing.T, w *world) {
		assert.ElementsMatch(t, []string{"add a=1 true", "add b=1 true"}, w.take())
		w.change(t)
		assert.ElementsMatch(t, []string{"update a=1→a=2", "add c=1 false", "delete b=1 missed=false"}, w.take())
		assert.ElementsMatch(t, []string{"a", "c"}, w.stored(t))
	})
}

// Informers find changes that happened while no watch worked with a new list.
func TestInformersListAgain(t *testing.T) {
	inAWorld(t, nil, func(t *testing.T, w *world) {
		w.take()
		down := w.server.Inject(apitest.Fault{Verbs: []string{"list", "watch"}, Do: apitest.Fail(apierrors.NewServiceUnavailable("down"))})
		w.server.EndWatches()
		w.take()
		w.change(t)
		status, _ := cache.StatusOf(w.informer.Informer())
		assert.Equal(t, cache.ReasonServer, status.Reason)
		down.Remove()
		w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, Times: 2, Do: apitest.Fail(apierrors.NewResourceExpired("too old"))})
		assert.ElementsMatch(t, []string{"update a=1→a=2", "add c=1 false", "delete b=1 missed=true"}, w.take())
		assert.ElementsMatch(t, []string{"a", "c"}, w.stored(t))
		status, _ = cache.StatusOf(w.informer.Informer())
		assert.NoError(t, status.Err)
		require.NoError(t, w.write.Delete(t.Context(), "c", metav1.DeleteOptions{}))
		assert.Equal(t, []string{"delete c=1 missed=false"}, w.take(), "and the watch after it works")
	})
}

func TestInformersReportAListThatCannotBeRead(t *testing.T) {
	for name, answer := range map[string]apitest.Effect{
		"half a list":       apitest.Answer(200, "application/json", `{"kind":"RobotList","apiVersion":"fleet.example.com/v1","items":[{"metadata":`),
		"a list of numbers": apitest.Answer(200, "application/json", `{"kind":"RobotList","apiVersion":"fleet.example.com/v1","metadata":{"resourceVersion":"1"},"items":[7]}`),
		"another page":      apitest.Answer(200, "text/html", "<html>Welcome</html>"),
	} {
		t.Run(name, func(t *testing.T) {
			faults := []apitest.Fault{
				{Verbs: []string{"list"}, Do: answer},
				// After a failed streaming list, the informer requests a plain list.
				{Verbs: []string{"watch"}, When: streamed, Do: apitest.Fail(apierrors.NewBadRequest("no streamed lists"))},
			}
			inAWorld(t, faults, func(t *testing.T, w *world) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				err := cache.WaitForSync(ctx, w.informer.Informer())
				var failure *cache.FailureError
				require.ErrorAs(t, err, &failure)
				assert.Equal(t, cache.ReasonDecode, failure.Reason, err.Error())
				w.server.RemoveFaults()
				assert.NoError(t, cache.WaitForSync(t.Context(), w.informer.Informer()))
			})
		})
	}
}

func streamed(req *http.Request) bool { return req.URL.Query().Get("sendInitialEvents") == "true" }

func TestInformersReportAWatchThatCannotBeRead(t *testing.T) {
	garbage := apitest.Fault{Verbs: []string{"watch"}, Do: apitest.Answer(200, "application/json", "nonsense\n")}
	inAWorld(t, []apitest.Fault{garbage}, func(t *testing.T, w *world) {
		require.NoError(t, cache.WaitForSync(t.Context(), w.informer.Informer()))
		w.take()
		status, _ := cache.StatusOf(w.informer.Informer())
		require.ErrorContains(t, status.Err, "invalid character")
		assert.Equal(t, cache.ReasonDecode, status.Reason)
	})
}
