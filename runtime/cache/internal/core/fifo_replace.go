package core

// Replace queues items as the complete list of objects, and the deletion of every other object that the queue or the
// consumer has, in its last known state. An error means that nothing was queued.
func (f *FIFO[T]) Replace(items []T) error {
	prepared := make([]T, len(items))
	for i, item := range items {
		var err error
		if prepared[i], err = f.Prepare(item); err != nil {
			return err
		}
	}
	return f.replace(prepared)
}

// Prepare transforms an object of a list, as the Replace method of Sink expects. It does not lock the queue.
func (f *FIFO[T]) Prepare(obj T) (T, error) { return prepare(f.opts.Transform, f.opts.Key, obj) }

// Sink returns the queue as the sink of a reflector whose Prepare option is the Prepare of the queue. Its Replace does not
// transform the objects again.
func (f *FIFO[T]) Sink() Sink[T] { return fifoSink[T]{f} }

type fifoSink[T any] struct{ *FIFO[T] }

func (s fifoSink[T]) Replace(items []T, _ string) error { return s.replace(items) }

func (fifoSink[T]) Bookmark(string) {}

// replace is Replace for objects that have been transformed.
func (f *FIFO[T]) replace(items []T) error {
	event := Sync
	if f.opts.EmitReplaced {
		event = Replaced
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	all, err := keyedBy(items, f.opts.Key)
	if err != nil {
		return err
	}
	listed := make(map[string]struct{}, len(all))
	for _, item := range all {
		listed[item.key] = struct{}{}
		f.enqueue(item.key, Delta[T]{Type: event, Object: item.obj, HasObject: true})
	}
	f.deleteOthers(listed)
	f.list()
	return nil
}

// deleteOthers queues the deletion of every object that is not listed.
func (f *FIFO[T]) deleteOthers(listed map[string]struct{}) {
	for key, q := range f.byKey {
		if _, ok := listed[key]; ok {
			continue
		}
		last := q.deltas[len(q.deltas)-1]
		f.enqueue(key, Delta[T]{Type: Deleted, Object: last.Object, HasObject: last.HasObject, Unknown: true})
	}
	if f.opts.Known == nil {
		return
	}
	for _, key := range f.opts.Known.Keys() {
		if _, ok := listed[key]; ok {
			continue
		}
		if _, waits := f.byKey[key]; waits {
			continue
		}
		obj, held := f.opts.Known.Get(key)
		f.enqueue(key, Delta[T]{Type: Deleted, Object: obj, HasObject: held, Unknown: true})
	}
}

// progress records whether the first list has been processed: that is the case once as many elements have been popped as
// had been pushed when the list was complete. The queue's lock guards it.
type progress struct {
	pushed, popped uint64 // elements

	// begun is set after the first list, or after a single event that came before any list. end is the value of pushed at
	// the end of that list; zero after a single event.
	begun bool
	end   uint64
	// synced is closed once the first list has been processed.
	synced chan struct{}
}

// begin notes a single event. If it comes before any list, the queue counts as synced.
func (p *progress) begin() {
	p.begun = true
	p.check()
}

// list notes that a complete list has been queued.
func (p *progress) list() {
	if p.begun {
		return
	}
	p.begun, p.end = true, p.pushed
	p.check()
}

// done reports whether the first list has been processed.
func (p *progress) done() bool { return p.begun && p.popped >= p.end }

// check closes synced if the first list has been processed.
func (p *progress) check() {
	if p.done() && !p.isSynced() {
		close(p.synced)
	}
}

// delay moves the end of the first list behind an element that was queued again.
func (p *progress) delay() {
	if p.begun && !p.isSynced() {
		p.end = p.pushed
	}
}

func (p *progress) isSynced() bool {
	select {
	case <-p.synced:
		return true
	default:
		return false
	}
}
