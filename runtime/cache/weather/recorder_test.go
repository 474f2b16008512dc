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

// recorder is a handler that judges what it is told: for each object an addition, updates from the state that was told
// before, a deletion; nothing that the server never had, nothing older than what it was told already. Whenever it is told
// something, the store is as the server was at some version, as a whole; and events of different objects come in the order
// in which the server made them, unless a list brought them.
type recorder struct {
	name  string
	truth *truth
	pause time.Duration // of each call
	// goesBack tells that the server's versions have gone back.
	goesBack func() bool
	// content returns what the store has, at one moment.
	content func() []*corev1.ConfigMap
	// lists know the latest version that the server has answered a list with.
	lists *lists

	mu sync.Mutex
	// latest is the highest version of an object that was told.
	latest   uint64
	last     map[string]*corev1.ConfigMap
	told     []string
	problems []string
	removed  bool
}

var _ cache.TypedResourceEventHandler[*corev1.ConfigMap] = (*recorder)(nil)

func (r *recorder) OnAdd(obj *corev1.ConfigMap, initial bool) {
	what := "add"
	if initial {
		what = "initially add"
	}
	r.tell(what, obj, func(last *corev1.ConfigMap) string {
		if last != nil {
			return "added twice"
		}
		return r.judge(obj)
	})
}

func (r *recorder) OnUpdate(old, obj *corev1.ConfigMap) {
	r.tell("update", obj, func(last *corev1.ConfigMap) string {
		switch {
		case last == nil:
			return "updated before it was added"
		case stateOf(last) != stateOf(old):
			return "updated from " + stateOf(old) + ", but told last was " + stateOf(last)
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
	r.tell("delete", obj, func(last *corev1.ConfigMap) string {
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

func (r *recorder) tell(what string, obj *corev1.ConfigMap, judge func(last *corev1.ConfigMap) string) {
	key, line := keyOf(obj), what+" "+stateOf(obj)
	content := r.content()
	time.Sleep(r.pause)
	asOnce := r.truth.serverWas(printOfAll(content))
	r.mu.Lock()
	defer r.mu.Unlock()
	if !asOnce {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: told while the store is as the server never was: %d objects", r.name, line, len(content)))
	}
	if stored := under(content, key); stored != nil && version(stored) < version(obj) && !r.goesBack() {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: told while the store has %s", r.name, line, stateOf(stored)))
	}
	if problem := r.order(what, obj); problem != "" {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: %s", r.name, line, problem))
	}
	if problem := judge(r.last[key]); problem != "" {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: %s", r.name, line, problem))
	}
	if r.removed {
		r.problems = append(r.problems, fmt.Sprintf("%s: %s: told after it was removed", r.name, line))
	}
	if what == "delete" {
		delete(r.last, key)
	} else {
		r.last[key] = obj
	}
	r.told = append(r.told, line)
}

// order says what is wrong with the order of events of different objects; nothing where they come as the server made them.
// What is there when a handler is added, what a list brings and what is looked at again have another order.
func (r *recorder) order(what string, obj *corev1.ConfigMap) string {
	told, latest := version(obj), r.latest
	r.latest = max(latest, told)
	last := r.last[keyOf(obj)]
	again := last != nil && version(last) == told
	if what == "initially add" || again || told >= latest || told <= r.lists.version() || r.goesBack() {
		return ""
	}
	return fmt.Sprintf("told after version %d, though no list was later than %d", latest, r.lists.version())
}

// under returns the object of a key; nil where there is none.
func under(objects []*corev1.ConfigMap, key string) *corev1.ConfigMap {
	for _, obj := range objects {
		if keyOf(obj) == key {
			return obj
		}
	}
	return nil
}

// remove notes that nothing more may come.
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

// toldSince returns what was told after the first n calls.
func (r *recorder) toldSince(n int) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.told[n:]...)
}

func (r *recorder) takeProblems() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	problems := r.problems
	r.problems = nil
	return problems
}
