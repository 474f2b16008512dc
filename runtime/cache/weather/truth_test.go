package weather

import (
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// truth is every state that an object ever had on the server.
type truth struct {
	// writing is held for reading while a write goes on: watches may tell of it before its answer is here.
	writing sync.RWMutex

	mu     sync.Mutex
	states map[string]bool
	// live is the objects that are there, by key.
	live    map[string]*corev1.ConfigMap
	history *history
}

func newTruth() *truth {
	return &truth{states: map[string]bool{}, live: map[string]*corev1.ConfigMap{}, history: newHistory()}
}

func keyOf(obj *corev1.ConfigMap) string { return obj.Namespace + "/" + obj.Name }

func stateOf(obj *corev1.ConfigMap) string {
	return keyOf(obj) + "@" + obj.ResourceVersion + "=" + obj.Data["value"]
}

// written writes, and notes what the server answers.
func (t *truth) written(write func() (*corev1.ConfigMap, error)) error {
	t.writing.RLock()
	defer t.writing.RUnlock()
	obj, err := write()
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.states[stateOf(obj)] = true
	t.states[keyOf(obj)+"="+obj.Data["value"]] = true
	t.live[keyOf(obj)] = obj
	t.history.written(obj)
	return nil
}

// deleted deletes, and notes that the object of a key is gone.
func (t *truth) deleted(key string, remove func() error) error {
	t.writing.RLock()
	defer t.writing.RUnlock()
	if err := remove(); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.live, key)
	t.history.deleted(key)
	return nil
}

// serverWas reports whether the server ever had exactly the objects that a number stands for.
func (t *truth) serverWas(state uint64) bool {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.history.was(state)
}

func (t *truth) get(key string) *corev1.ConfigMap {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live[key]
}

// everWas reports whether an object was ever so; one that is gone has a version of its own.
func (t *truth) everWas(obj *corev1.ConfigMap, gone bool) bool {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if gone {
		return t.states[keyOf(obj)+"="+obj.Data["value"]]
	}
	return t.states[stateOf(obj)]
}

func (t *truth) save() map[string]*corev1.ConfigMap {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.live)
}

func (t *truth) restore(live map[string]*corev1.ConfigMap) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.live = maps.Clone(live)
	t.history.restored(live)
}
