package weather

import (
	"hash/fnv"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// history holds every state that the server as a whole was ever in. Callers hold the lock of truth.
type history struct {
	// writes are the writes since the last deletion. They may have been noted in another order than they were made in.
	writes []*corev1.ConfigMap
	// hashes are the hashes of the objects before these writes, and now is their sum. A state of the server is the sum of
	// the hashes of its objects.
	hashes map[string]uint64
	now    uint64
	states map[uint64]bool
}

func newHistory() *history {
	return &history{hashes: map[string]uint64{}, states: map[uint64]bool{0: true}}
}

// hashOf returns a hash of an object and its state.
func hashOf(obj *corev1.ConfigMap) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(stateOf(obj)))
	return h.Sum64()
}

// hashOfAll returns the sum of the hashes of all objects.
func hashOfAll(objects []*corev1.ConfigMap) (sum uint64) {
	for _, obj := range objects {
		sum += hashOf(obj)
	}
	return sum
}

func (h *history) written(obj *corev1.ConfigMap) { h.writes = append(h.writes, obj) }

// settle brings the writes into the order of the server.
func (h *history) settle() {
	slices.SortFunc(h.writes, func(a, b *corev1.ConfigMap) int { return int(version(a)) - int(version(b)) })
	for _, obj := range h.writes {
		h.set(keyOf(obj), hashOf(obj))
	}
	h.writes = nil
}

func (h *history) set(key string, hash uint64) {
	h.now += hash - h.hashes[key]
	h.hashes[key] = hash
	h.states[h.now] = true
}

func (h *history) deleted(key string) {
	h.settle()
	h.set(key, 0)
}

// restored notes that a backup of the server was restored.
func (h *history) restored(live map[string]*corev1.ConfigMap) {
	h.settle()
	h.hashes = map[string]uint64{}
	for key, obj := range live {
		h.hashes[key] = hashOf(obj)
	}
	h.now = 0
	for _, hash := range h.hashes {
		h.now += hash
	}
	h.states[h.now] = true
}

func (h *history) contains(state uint64) bool {
	h.settle()
	return h.states[state]
}

// lists knows the latest version of the lists that the server has answered with. The objects of a list come in its own
// order, later events in the order of their versions.
type lists struct {
	mu     sync.Mutex
	latest uint64
}

func (l *lists) version() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest
}

func (l *lists) note(version uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.latest = max(l.latest, version)
}

// ofList matches the version of a list.
var ofList = regexp.MustCompile(`"metadata":\{(?:"continue":"[^"]*",|"remainingItemCount":\d+,|"creationTimestamp":null,)*"resourceVersion":"(\d+)"`)

// recording is a ResponseWriter that notes the version of the list that is written.
type recording struct {
	http.ResponseWriter

	lists    *lists
	streamed bool
	begun    []byte
	done     bool
}

// Unwrap returns the writer of the server, for http.ResponseController.
func (r *recording) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recording) Write(data []byte) (int, error) {
	r.note(data)
	return r.ResponseWriter.Write(data)
}

func (r *recording) note(data []byte) {
	if r.done {
		return
	}
	r.begun = append(r.begun, data...)
	found := ofList.FindSubmatch(r.begun)
	if r.streamed {
		found = ofStream.FindSubmatch(r.begun)
		r.begun = r.begun[max(0, len(r.begun)-1000):]
	}
	if found == nil {
		return
	}
	r.done = true
	version, _ := strconv.ParseUint(string(found[1]), 10, 64)
	r.lists.note(version)
}

// ofStream matches the version of the bookmark that ends the initial events.
var ofStream = regexp.MustCompile(`"type":"BOOKMARK"[^\n]*initial-events-end[^\n]*"resourceVersion":"(\d+)"`)
