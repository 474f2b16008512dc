package core

import "fmt"

// Replace queues items as the whole of what there is, and the deletion of everything else, in the last state that queue
// or consumer knows. The consumer sees each object before it takes it from the queue, so a later event finds the list
// already there. An error means that nothing was queued.
func (f *FIFO[T]) Replace(items []T, resourceVersion string) error {
	prepared := make([]T, len(items))
	for i, item := range items {
		var err error
		if prepared[i], err = f.Prepare(item); err != nil {
			return err
		}
	}
	return f.replace(0, prepared, resourceVersion)
}

// Prepare makes an object of a list what the queue holds of it, as the sinks of Scope expect theirs to be. It does not
// lock the queue.
func (f *FIFO[T]) Prepare(obj T) (T, error) {
	prepared, err := f.transform(obj)
	if err != nil {
		key, _ := f.opts.Key(obj)
		return prepared, fmt.Errorf("transform of %q: %w", key, err)
	}
	return prepared, nil
}

// Bookmark tells that everything up to resourceVersion has been queued.
func (f *FIFO[T]) Bookmark(resourceVersion string) { f.bookmark(0, resourceVersion) }

// Scope is the queue as the sink of the reflector of one of its scopes, which prepares the objects of lists.
func (f *FIFO[T]) Scope(scope int) Sink[T] { return scopeSink[T]{f, scope} }

type scopeSink[T any] struct {
	*FIFO[T]

	scope int
}

func (s scopeSink[T]) Replace(items []T, resourceVersion string) error {
	return s.replace(s.scope, items, resourceVersion)
}

func (s scopeSink[T]) Bookmark(resourceVersion string) { s.bookmark(s.scope, resourceVersion) }

func (f *FIFO[T]) bookmark(scope int, resourceVersion string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mark(scope, resourceVersion)
	f.advance(f.opts.OnReached)
}

func (f *FIFO[T]) replace(scope int, items []T, resourceVersion string) error {
	event := Sync
	if f.opts.EmitReplaced {
		event = Replaced
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.goesBack(scope, resourceVersion) {
		event = Updated // whatever the versions of the objects say
	}
	deltas, listed := make([]keyed[T], len(items)), make(map[string]struct{}, len(items))
	for i, item := range items {
		key, err := f.opts.Key(item)
		if err != nil {
			return err
		}
		deltas[i], listed[key] = keyed[T]{key, item}, struct{}{}
	}
	for _, d := range deltas {
		f.enqueue(d.key, Delta[T]{Type: event, Object: d.obj, HasObject: true})
	}
	f.deleteOthers(listed, f.scope(scope))
	f.list(scope)
	return nil
}

type keyed[T any] struct {
	key string
	obj T
}

// scope tells by its key whether an object belongs to a scope.
func (f *FIFO[T]) scope(scope int) func(key string) bool {
	if len(f.opts.Scopes) == 0 {
		return func(string) bool { return true }
	}
	return f.opts.Scopes[scope]
}

// deleteOthers queues the deletion of all of a scope that is not listed.
func (f *FIFO[T]) deleteOthers(listed map[string]struct{}, contains func(key string) bool) {
	for key, q := range f.byKey {
		if _, ok := listed[key]; ok || !contains(key) {
			continue
		}
		last := q.deltas[len(q.deltas)-1]
		f.enqueue(key, Delta[T]{Type: Deleted, Object: last.Object, HasObject: last.HasObject, Unknown: true})
	}
	if f.opts.Known == nil {
		return
	}
	for _, key := range f.opts.Known.Keys() {
		if _, ok := listed[key]; ok || !contains(key) {
			continue
		}
		if _, waits := f.byKey[key]; waits {
			continue
		}
		obj, held := f.opts.Known.Get(key)
		f.enqueue(key, Delta[T]{Type: Deleted, Object: obj, HasObject: held, Unknown: true})
	}
}
