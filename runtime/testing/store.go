package testing

import (
	"fmt"
	"math"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// store keeps Go values under names and tells watchers about changes. It is the storage of the API server of tests, one for
// each resource in each version of the API, with objects left as they are.
type store struct {
	mu        sync.Mutex // held while something is written or a watch begins or ends
	resources map[schema.GroupVersionResource]*collection
}

// collection is the objects of one resource in one version of the API.
type collection struct {
	*storage.Storage[*stored]

	resource schema.GroupResource
	// version counts what was written, from 1. It stands beside the objects and not in them: tests compare whole objects.
	version int64
	// tried tells that something was to be written. Before, lists have no items; afterwards, none: tests compare whole lists.
	tried    bool
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

// collection needs the lock.
func (s *store) collection(gvr schema.GroupVersionResource) *collection {
	c, ok := s.resources[gvr]
	if !ok {
		c = &collection{resource: gvr.GroupResource(), version: 1}
		c.Storage = storage.New(storage.Options[*stored]{OnEvent: c.tell})
		s.resources[gvr] = c
	}
	return c
}

// tell counts a change, and hands it to the watchers.
func (c *collection) tell(_ schema.GroupResource, event storage.Event[*stored]) {
	if event.Type != watch.Deleted {
		c.version = event.Object.version
	}
	for _, w := range c.watchers {
		if w.namespace == "" || w.namespace == event.Key.Namespace {
			w.push(watch.Event{Type: event.Type, Object: event.Object.object.DeepCopyObject()})
		}
	}
}

func (s *store) get(gvr schema.GroupVersionResource, ns, name string) (runtime.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.collection(gvr).Get(gvr.GroupResource(), storage.Key{Namespace: ns, Name: name})
	if found == nil {
		return nil, apierrors.NewNotFound(gvr.GroupResource(), name)
	}
	return found.object.DeepCopyObject(), nil
}

// list returns copies in the order of their names, and the version at which they are the whole; nil where nobody
// has ever written to the resource.
func (s *store) list(gvr schema.GroupVersionResource, ns string) ([]runtime.Object, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	if !c.tried {
		return nil, c.version, nil
	}
	objects := []runtime.Object{}
	err := c.newer(ns, fromStart, func(obj runtime.Object) { objects = append(objects, obj) })
	return objects, c.version, err
}

// newer calls each with copies of the objects that were written after a version.
func (c *collection) newer(ns string, version int64, each func(runtime.Object)) error {
	snapshot, err := c.List(c.resource, storage.Query{Namespace: ns})
	if err != nil {
		return err
	}
	for found := range snapshot.Objects {
		if found.version > version {
			each(found.object.DeepCopyObject())
		}
	}
	return nil
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
	return s.change(gvr, storage.Key{Namespace: ns, Name: accessor.GetName()}, require, obj)
}

func (s *store) remove(gvr schema.GroupVersionResource, ns, name string) error {
	return s.change(gvr, storage.Key{Namespace: ns, Name: name}, mustExist, nil)
}

// change replaces an object by obj, or removes it where that is nil.
func (s *store) change(gvr schema.GroupVersionResource, key storage.Key, require requirement, obj runtime.Object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	c.tried = c.tried || obj != nil
	_, err := c.Update(c.resource, key, func(current *stored) (*stored, error) {
		switch {
		case current != nil && require == mustBeNew:
			return nil, apierrors.NewAlreadyExists(c.resource, key.Name)
		case current == nil && require == mustExist:
			return nil, apierrors.NewNotFound(c.resource, key.Name)
		case obj == nil:
			return nil, nil
		}
		return &stored{object: obj, version: c.version + 1}, nil
	})
	return err
}

// watch begins with the objects that are newer than version.
func (s *store) watch(gvr schema.GroupVersionResource, ns string, version int64) (*watcher, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	w := newWatcher(ns)
	err := c.newer(ns, version, func(obj runtime.Object) { w.push(watch.Event{Type: watch.Added, Object: obj}) })
	if err != nil {
		return nil, err
	}
	w.forget = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.watchers = slices.DeleteFunc(c.watchers, func(other *watcher) bool { return other == w })
	}
	c.watchers = append(c.watchers, w)
	return w, nil
}
