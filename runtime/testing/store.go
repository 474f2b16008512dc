package testing

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// store keeps Go values under names and tells watchers about changes. Versions stand beside the objects and not in them:
// tests compare whole objects.
type store struct {
	mu        sync.Mutex
	resources map[schema.GroupVersionResource]*collection
}

// collection is the objects of one resource in one version of the API.
type collection struct {
	objects map[types.NamespacedName]stored
	// version is that of the latest change; 1 where there was none.
	version  int64
	watchers []*watcher
}

type stored struct {
	object  runtime.Object
	version int64
}

// requirement is what has to be true of an object that is about to be written.
type requirement bool

const (
	mustBeNew requirement = false
	mustExist requirement = true
)

// Where a watch begins, besides at a version.
const (
	fromStart = 0
	fromNow   = math.MaxInt64
)

func newStore() *store {
	return &store{resources: map[schema.GroupVersionResource]*collection{}}
}

func (s *store) collection(gvr schema.GroupVersionResource) *collection {
	c, ok := s.resources[gvr]
	if !ok {
		c = &collection{objects: map[types.NamespacedName]stored{}, version: 1}
		s.resources[gvr] = c
	}
	return c
}

func (s *store) get(gvr schema.GroupVersionResource, ns, name string) (runtime.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.collection(gvr).objects[types.NamespacedName{Namespace: ns, Name: name}]
	if !ok {
		return nil, apierrors.NewNotFound(gvr.GroupResource(), name)
	}
	return found.object.DeepCopyObject(), nil
}

// list returns copies in the order of their names, and the version at which they are the whole; nil where the resource
// has never had an object.
func (s *store) list(gvr schema.GroupVersionResource, ns string) ([]runtime.Object, int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	if c.version == 1 {
		return nil, c.version
	}
	objects := []runtime.Object{}
	for _, found := range c.within(ns) {
		objects = append(objects, found.object.DeepCopyObject())
	}
	return objects, c.version
}

// within are the objects of a namespace, or of all, in the order of their names.
func (c *collection) within(ns string) []stored {
	keys := make([]types.NamespacedName, 0, len(c.objects))
	for key := range c.objects {
		if ns == "" || key.Namespace == ns {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b types.NamespacedName) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	found := make([]stored, len(keys))
	for i, key := range keys {
		found[i] = c.objects[key]
	}
	return found
}

// put stores a copy of obj, in the namespace ns where it names none itself.
func (s *store) put(gvr schema.GroupVersionResource, ns string, obj runtime.Object, require requirement) error {
	obj = obj.DeepCopyObject()
	accessor, err := meta.Accessor(obj)
	if err != nil {
		return err
	}
	if accessor.GetNamespace() == "" {
		accessor.SetNamespace(ns)
	}
	if accessor.GetNamespace() != ns {
		return apierrors.NewBadRequest(fmt.Sprintf(
			"request namespace does not match object namespace, request: %q object: %q", ns, accessor.GetNamespace(),
		))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	key := types.NamespacedName{Namespace: ns, Name: accessor.GetName()}
	_, exists := c.objects[key]
	switch {
	case exists && require == mustBeNew:
		return apierrors.NewAlreadyExists(gvr.GroupResource(), key.Name)
	case !exists && require == mustExist:
		return apierrors.NewNotFound(gvr.GroupResource(), key.Name)
	}
	c.version++
	c.objects[key] = stored{object: obj, version: c.version}
	event := watch.Added
	if exists {
		event = watch.Modified
	}
	c.tell(event, ns, obj)
	return nil
}

func (s *store) remove(gvr schema.GroupVersionResource, ns, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	key := types.NamespacedName{Namespace: ns, Name: name}
	found, ok := c.objects[key]
	if !ok {
		return apierrors.NewNotFound(gvr.GroupResource(), name)
	}
	delete(c.objects, key)
	c.tell(watch.Deleted, ns, found.object)
	return nil
}

func (c *collection) tell(event watch.EventType, ns string, obj runtime.Object) {
	for _, w := range c.watchers {
		if w.namespace == "" || w.namespace == ns {
			w.push(watch.Event{Type: event, Object: obj.DeepCopyObject()})
		}
	}
}

// watch begins with the objects that are newer than version.
func (s *store) watch(gvr schema.GroupVersionResource, ns string, version int64) *watcher {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	w := newWatcher(ns)
	w.forget = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.watchers = slices.DeleteFunc(c.watchers, func(other *watcher) bool { return other == w })
	}
	c.watchers = append(c.watchers, w)
	for _, found := range c.within(ns) {
		if found.version > version {
			w.push(watch.Event{Type: watch.Added, Object: found.object.DeepCopyObject()})
		}
	}
	return w
}
