package weather

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

// atRest waits until nothing moves and checks what must hold then: indexes hold what the store holds, and so do the states
// that handlers have received.
func (w *world) atRest() {
	w.rest()
	store := w.stored()
	for name, f := range w.indexes {
		w.checkIndex(name, f, store)
	}
	for _, h := range w.removed {
		w.report(h.takeProblems())
	}
	for _, h := range w.handlers {
		w.report(h.takeProblems())
		if h.pause == 0 {
			w.report(differences("what "+h.name+" received", h.state(), "the store", store))
		}
	}
}

func (w *world) stored() map[string]*corev1.ConfigMap {
	store := map[string]*corev1.ConfigMap{}
	for _, obj := range w.informer.GetIndexer().List() {
		cm := obj.(*corev1.ConfigMap)
		if have, twice := store[keyOf(cm)]; twice {
			w.fail("the store has two of one key: %s and %s", stateOf(have), stateOf(cm))
		}
		store[keyOf(cm)] = cm
	}
	return store
}

// checkIndex compares what an index returns for every value, indexed or expected, with the store.
func (w *world) checkIndex(name string, f cache.TypedIndexFunc[*corev1.ConfigMap], store map[string]*corev1.ConfigMap) {
	want := map[string]map[string]*corev1.ConfigMap{}
	for key, obj := range store {
		values, _ := f(obj)
		for _, value := range values {
			if want[value] == nil {
				want[value] = map[string]*corev1.ConfigMap{}
			}
			want[value][key] = obj
		}
	}
	indexer := w.informer.GetTypedIndexer()
	values := append(indexer.ListIndexFuncValues(name), slices.Collect(maps.Keys(want))...)
	slices.Sort(values)
	for _, value := range slices.Compact(values) {
		got, err := indexer.ByTypedIndex(name, value)
		if err != nil {
			w.fail("%s: %v", name, err)
			return
		}
		found := map[string]*corev1.ConfigMap{}
		for _, obj := range got {
			found[keyOf(obj)] = obj
		}
		w.report(differences(name+" under "+value, found, "the store", want[value]))
	}
}

// differences lists how two sets of objects differ.
func differences(gotName string, got map[string]*corev1.ConfigMap, wantName string, want map[string]*corev1.ConfigMap) []string {
	var found []string
	for key, obj := range want {
		switch other := got[key]; {
		case other == nil:
			found = append(found, fmt.Sprintf("%s lacks %s, which %s has", gotName, stateOf(obj), wantName))
		case stateOf(other) != stateOf(obj) || other.UID != obj.UID || other.Labels["group"] != obj.Labels["group"]:
			found = append(found, fmt.Sprintf("%s has %s, %s has %s", gotName, stateOf(other), wantName, stateOf(obj)))
		}
	}
	for key, obj := range got {
		if want[key] == nil {
			found = append(found, fmt.Sprintf("%s has %s, which %s lacks", gotName, stateOf(obj), wantName))
		}
	}
	slices.Sort(found)
	return found
}

// served returns the objects of the server and the version of the list.
func (w *world) served() (map[string]*corev1.ConfigMap, string) {
	list, err := w.all.List(w.t.Context(), metav1.ListOptions{})
	if err != nil {
		w.fail("list: %v", err)
	}
	objects := map[string]*corev1.ConfigMap{}
	for i := range list.Items {
		objects[keyOf(&list.Items[i])] = &list.Items[i]
	}
	return objects, list.ResourceVersion
}

// clearUp removes all faults and waits until the store equals the server.
func (w *world) clearUp(limit time.Duration) bool {
	w.step("remove all faults")
	w.server.RemoveFaults()
	w.noteRequests()
	w.server.EndWatches() // some of them still have faults
	served, _ := w.served()
	var left []string
	for begun := time.Now(); ; time.Sleep(limit / 100) {
		w.rest()
		left = differences("the store", w.stored(), "the server", served)
		if len(left) == 0 && w.synced() {
			return true
		}
		if time.Since(begun) > limit {
			break
		}
	}
	w.fail("the store does not equal the server %v after the faults were removed; handlers synced: %v; last version %q",
		limit, w.synced(), w.informer.LastSyncResourceVersion())
	w.report(left)
	return false
}

func (w *world) synced() bool {
	for _, h := range w.handlers {
		if !h.registration.HasSynced() {
			return false
		}
	}
	return w.informer.HasSynced()
}

// finale checks an informer of a server without faults: each change arrives at once, as it was made, without another list;
// bookmarks are followed; in the end slow handlers have received everything.
func (w *world) finale() {
	lists := w.server.Inject(apitest.Fault{Verbs: []string{"list", "watch"}, Resource: "configmaps", When: listing, Do: apitest.Delay(0)})
	received := make([]int, len(w.handlers))
	for i, h := range w.handlers {
		received[i] = len(h.eventsSince(0))
	}
	w.step("finale")
	var want []string
	for range 3 {
		obj := w.newObject("default", "finale")
		w.put(obj)
		want = append(want, obj.Data["value"])
	}
	last := want[len(want)-1]
	w.rest()
	w.remove("default", "finale")
	w.rest()
	for i, h := range w.handlers {
		if got := aboutFinale(h.eventsSince(received[i])); h.pause == 0 && got != fmt.Sprintf("add %s update %s update %s delete %s", want[0], want[1], want[2], last) {
			w.fail("%s received: %s; the server had: %v, and then deleted it", h.name, got, want)
		}
	}
	w.writeOthers(3)
	time.Sleep(w.quiet)
	w.atRest()
	lists.Remove()
	version := w.followed()
	if got := w.informer.LastSyncResourceVersion(); got != version {
		w.fail("bookmarks: the informer is at version %s, the server at %s", got, version)
	}
	if got := w.informer.GetIndexer().LastStoreSyncResourceVersion(); got != version {
		w.fail("bookmarks: the store is at version %s, the server at %s", got, version)
	}
	if n := lists.Hits(); n > 0 {
		w.fail("%d lists without a fault", n)
	}
	for _, h := range w.handlers {
		w.report(h.takeProblems())
		w.report(differences("what "+h.name+" received", h.state(), "the store", w.stored()))
	}
}

// followed returns the version of the server. It waits until bookmarks have brought it to the informer and to the store, a minute at most:
// over real sockets, a busy machine may delay them beyond the time that is called quiet.
func (w *world) followed() string {
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		_, version := w.served()
		if w.informer.LastSyncResourceVersion() == version && w.informer.GetIndexer().LastStoreSyncResourceVersion() == version ||
			time.Since(begun) > time.Minute {
			return version
		}
	}
}

// listing reports whether a request asks for a list, as a whole or as a stream.
func listing(req *http.Request) bool {
	query := req.URL.Query()
	return query.Get("watch") == "" || query.Get("sendInitialEvents") == "true"
}

// aboutFinale returns the events of the object named finale.
func aboutFinale(received []string) string {
	var got []string
	for _, line := range received {
		if strings.Contains(line, "default/finale@") {
			verb, rest, _ := strings.Cut(line, " ")
			_, value, _ := strings.Cut(rest, "=")
			got = append(got, verb+" "+value)
		}
	}
	return strings.Join(got, " ")
}
