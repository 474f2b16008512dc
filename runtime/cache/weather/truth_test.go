package weather

import (
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// truth holds every state that an object ever had on the server.
type truth struct {
	// writing is held for reading during a write: a watch may bring the new state before the write returns.
	writing sync.RWMutex

	mu     sync.Mutex
	states map[string]bool
	// live holds the current objects by key.
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

// written calls write and notes the object that it returns.
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

// deleted calls remove and notes that the object is gone.
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

// serverWas reports whether the hashes of the server's objects ever had this sum.
func (t *truth) serverWas(state uint64) bool {
	t.writing.Lock()
	defer t.writing.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.history.contains(state)
}

func (t *truth) get(key string) *corev1.ConfigMap {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.live[key]
}

// everWas reports whether an object ever had this state. If it is gone, its version is not compared: the deletion has given
// it a new one.
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
