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

// history is every state that the server ever was in, as a whole. It is written by those who hold truth's lock.
type history struct {
	// writes are those since the last deletion, which may have been noted in another order than they were made in.
	writes []*corev1.ConfigMap
	// prints are those of the objects as they were before the writes, and now their sum: a state of the server is the sum of
	// the prints of its objects.
	prints map[string]uint64
	now    uint64
	states map[uint64]bool
}

func newHistory() *history {
	return &history{prints: map[string]uint64{}, states: map[uint64]bool{0: true}}
}

// printOf is a number that stands for an object in a state.
func printOf(obj *corev1.ConfigMap) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(stateOf(obj)))
	return h.Sum64()
}

// printOfAll is a number that stands for all objects that there are.
func printOfAll(objects []*corev1.ConfigMap) (sum uint64) {
	for _, obj := range objects {
		sum += printOf(obj)
	}
	return sum
}

func (h *history) written(obj *corev1.ConfigMap) { h.writes = append(h.writes, obj) }

// settle brings the writes into the order of the server.
func (h *history) settle() {
	slices.SortFunc(h.writes, func(a, b *corev1.ConfigMap) int { return int(version(a)) - int(version(b)) })
	for _, obj := range h.writes {
		h.set(keyOf(obj), printOf(obj))
	}
	h.writes = nil
}

func (h *history) set(key string, hash uint64) {
	h.now += hash - h.prints[key]
	h.prints[key] = hash
	h.states[h.now] = true
}

func (h *history) deleted(key string) {
	h.settle()
	h.set(key, 0)
}

// restored notes that the server is as it was once.
func (h *history) restored(live map[string]*corev1.ConfigMap) {
	h.settle()
	h.prints = map[string]uint64{}
	for key, obj := range live {
		h.prints[key] = printOf(obj)
	}
	h.now = 0
	for _, hash := range h.prints {
		h.now += hash
	}
	h.states[h.now] = true
}

func (h *history) was(state uint64) bool {
	h.settle()
	return h.states[state]
}

// lists notes the latest version of a list that the server has answered with: what a list brings comes in the order of the
// list; later events come in the order of their versions.
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

// ofList finds the version of a list.
var ofList = regexp.MustCompile(`"metadata":\{(?:"continue":"[^"]*",|"remainingItemCount":\d+,|"creationTimestamp":null,)*"resourceVersion":"(\d+)"`)

// recording is an answer whose version is noted.
type recording struct {
	http.ResponseWriter

	lists    *lists
	streamed bool
	begun    []byte
	done     bool
}

// Unwrap is for http.ResponseController.
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

// ofStream finds the version of the bookmark that ends the initial events.
var ofStream = regexp.MustCompile(`"type":"BOOKMARK"[^\n]*initial-events-end[^\n]*"resourceVersion":"(\d+)"`)
