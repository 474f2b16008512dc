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

// store keeps objects as Go values, unchanged, and notifies watchers. It uses the storage of the test API server, one
// for each resource in each version of the API.
type store struct {
	mu        sync.Mutex // held while something is written or a watch begins or ends
	resources map[schema.GroupVersionResource]*collection
}

// collection holds the objects of one resource in one version of the API.
type collection struct {
	*storage.Storage[*stored]

	resource schema.GroupResource
	// version counts the writes, from 1. It is kept beside the objects, not in them, because tests compare whole
	// objects.
	version int64
	// listed is the version of the last list.
	listed int64
	// removed remembers the objects that were removed, so that a watch that begins at an older version hears of them:
	// informers list before they watch, and tests delete in between.
	removed removals
	// written is set by the first attempt to write. Before it, lists have nil items, and afterwards empty ones: tests
	// compare whole lists.
	written  bool
	watchers []*watcher
}

type stored struct {
	object  runtime.Object
	version int64
}

// requirement says whether an object must exist before a write.
type requirement bool

const (
	mustBeNew requirement = false
	mustExist requirement = true
)

// Versions at which a watch starts, besides that of a list.
const (
	fromStart = 0
	fromNow   = math.MaxInt64
)

func newStore() *store {
	return &store{resources: map[schema.GroupVersionResource]*collection{}}
}

// collection returns the collection of a resource. The caller holds the lock.
func (s *store) collection(gvr schema.GroupVersionResource) *collection {
	c, ok := s.resources[gvr]
	if !ok {
		c = &collection{resource: gvr.GroupResource(), version: 1}
		c.Storage = storage.New(storage.Options[*stored]{OnEvent: c.notify})
		s.resources[gvr] = c
	}
	return c
}

// notify records the version of a change and sends it to the watchers.
func (c *collection) notify(_ schema.GroupResource, event storage.Event[*stored]) {
	if event.Type == watch.Deleted {
		c.removed.add(removal{key: event.Key, object: event.Object.object, version: c.version, listed: c.listed == c.version})
	} else {
		c.version = event.Object.version
		c.removed.forget(event.Key)
	}
	for _, w := range c.watchers {
		w.send(event.Type, event.Key, event.Object.object)
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

// list returns copies, ordered by name, and the version of the list; nil if the resource was never written to.
func (s *store) list(gvr schema.GroupVersionResource, ns string) ([]runtime.Object, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	c.listed = c.version
	if !c.written {
		return nil, c.version, nil
	}
	objects := []runtime.Object{}
	err := c.eachNewer(ns, fromStart, func(obj runtime.Object) { objects = append(objects, obj) })
	return objects, c.version, err
}

// eachNewer calls each with copies of the objects written after a version.
func (c *collection) eachNewer(ns string, version int64, each func(runtime.Object)) error {
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

// put stores a copy of obj, in the namespace ns if it has none itself.
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

// change replaces an object with obj, or removes it if obj is nil.
func (s *store) change(gvr schema.GroupVersionResource, key storage.Key, require requirement, obj runtime.Object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	c.written = c.written || obj != nil
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

// watch starts with what was removed and written after the list of a version. It returns an Expired error if removals after that
// list are forgotten.
func (s *store) watch(gvr schema.GroupVersionResource, ns string, version int64) (*watcher, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.collection(gvr)
	w := newWatcher(ns)
	if version != fromStart {
		if err := c.removed.eachSince(version, func(r removal) { w.send(watch.Deleted, r.key, r.object) }); err != nil {
			return nil, err
		}
	}
	err := c.eachNewer(ns, version, func(obj runtime.Object) { w.push(watch.Event{Type: watch.Added, Object: obj}) })
	if err != nil {
		return nil, err
	}
	w.unregister = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.watchers = slices.DeleteFunc(c.watchers, func(other *watcher) bool { return other == w })
	}
	c.watchers = append(c.watchers, w)
	return w, nil
}
