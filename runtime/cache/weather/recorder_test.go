package weather

import (
	"fmt"
	"maps"
	"strconv"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/cache"
)

// recorder is a handler that checks its calls. Each object is added, updated from the state that was received before, and
// deleted. No state is one that the server never had or one older than what was received before. At each call the store as a
// whole is as the server was at some version. Events of different objects come in the order in which the server made them,
// unless a list brought them.
type recorder struct {
	name  string
	truth *truth
	pause time.Duration // of each call
	// goesBack reports whether the server's versions have gone back.
	goesBack func() bool
	// content returns all objects of the store at one moment.
	content func() []*corev1.ConfigMap
	// lists knows the latest version of the lists that the server has answered with.
	lists *lists

	mu sync.Mutex
	// latest is the highest version that was received.
	latest   uint64
	last     map[string]*corev1.ConfigMap
	events   []string
	problems []string
	removed  bool
}

var _ cache.TypedResourceEventHandler[*corev1.ConfigMap] = (*recorder)(nil)

func (r *recorder) OnAdd(obj *corev1.ConfigMap, initial bool) {
	what := "add"
	if initial {
		what = "initially add"
	}
	r.record(what, obj, func(last *corev1.ConfigMap) string {
		if last != nil {
			return "added twice"
		}
		return r.judge(obj)
	})
}

func (r *recorder) OnUpdate(old, obj *corev1.ConfigMap) {
	r.record("update", obj, func(last *corev1.ConfigMap) string {
		switch {
		case last == nil:
			return "updated before it was added"
		case stateOf(last) != stateOf(old):
			return "updated from " + stateOf(old) + ", but received last was " + stateOf(last)
		case !r.goesBack() && version(obj) < version(last):
			return "updated from the newer " + stateOf(last)
		case version(obj) == version(last) && obj.Data["value"] == last.Data["value"] && obj.UID != last.UID:
			return "another object of the same version"
		}
		return r.judge(obj)
	})
}

func (r *recorder) OnDelete(deleted cache.DeletedObject[*corev1.ConfigMap]) {
	obj := deleted.OptionalObj
	if obj == nil || keyOf(obj) != deleted.GetKey() {
		obj = &corev1.ConfigMap{}
		obj.Namespace, obj.Name = deleted.GetNamespace(), deleted.GetName()
	}
	r.record("delete", obj, func(last *corev1.ConfigMap) string {
		switch {
		case last == nil:
			return "deleted before it was added"
		case deleted.OptionalObj == nil:
			return "deleted without its last state"
		case !r.truth.everWas(obj, true):
			return "never was on the server"
		}
		return ""
	})
}

func (r *recorder) judge(obj *corev1.ConfigMap) string {
	if !r.truth.everWas(obj, false) {
		return "never was on the server"
	}
	return stamped(obj)
}

func version(obj *corev1.ConfigMap) uint64 {
	v, _ := strconv.ParseUint(obj.ResourceVersion, 10, 64)
	return v
}

func (r *recorder) record(what string, obj *corev1.ConfigMap, judge func(last *corev1.ConfigMap) string) {
	key, line := keyOf(obj), what+" "+stateOf(obj)
	content := r.content()
	time.Sleep(r.pause)
	consistent := r.truth.serverWas(hashOfAll(content))
	r.mu.Lock()
	defer r.mu.Unlock()
	if !consistent {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: called while the store was in a state that the server never had: %d objects", r.name, line, len(content)))
	}
	if stored := find(content, key); stored != nil && version(stored) < version(obj) && !r.goesBack() {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: called while the store had %s", r.name, line, stateOf(stored)))
	}
	if problem := r.order(what, obj); problem != "" {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: %s", r.name, line, problem))
	}
	if problem := judge(r.last[key]); problem != "" {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: %s", r.name, line, problem))
	}
	if r.removed {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: called after it was removed", r.name, line))
	}
	if what == "delete" {
		delete(r.last, key)
	} else {
		r.last[key] = obj
	}
	r.events = append(r.events, line)
}

// order says what is wrong with the order of events of different objects, "" if they come as the server made them. The
// existing objects that a new handler gets, the objects of a list and those of a resync come in another order.
func (r *recorder) order(what string, obj *corev1.ConfigMap) string {
	at, latest := version(obj), r.latest
	r.latest = max(latest, at)
	last := r.last[keyOf(obj)]
	again := last != nil && version(last) == at
	if what == "initially add" || again || at >= latest || at <= r.lists.version() || r.goesBack() {
		return ""
	}
	return fmt.Sprintf("called after version %d, though no list was later than %d", latest, r.lists.version())
}

// find returns the object of a key, nil if there is none.
func find(objects []*corev1.ConfigMap, key string) *corev1.ConfigMap {
	for _, obj := range objects {
		if keyOf(obj) == key {
			return obj
		}
	}
	return nil
}

// remove notes that the handler was removed: another call is a problem.
func (r *recorder) remove() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.removed = true
}

func (r *recorder) state() map[string]*corev1.ConfigMap {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.last)
}

// eventsSince returns the events after the first n.
func (r *recorder) eventsSince(n int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.events[n:]...)
}

func (r *recorder) takeProblems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	problems := r.problems
	r.problems = nil
	return problems
}
