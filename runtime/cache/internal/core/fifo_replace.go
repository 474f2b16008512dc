package core

// Replace queues items as the whole of what there is, and the deletion of everything else, in the last state that queue
// or consumer knows. The consumer sees each object before it takes it from the queue, so a later event finds the list
// already there. An error means that nothing was queued.
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

// Prepare makes an object of a list what the queue holds of it, as Sink expects it to be. It does not lock the queue.
func (f *FIFO[T]) Prepare(obj T) (T, error) { return prepare(f.opts.Transform, f.opts.Key, obj) }

// Sink is the queue as the sink of a reflector that prepares the objects of lists.
func (f *FIFO[T]) Sink() Sink[T] { return fifoSink[T]{f} }

type fifoSink[T any] struct{ *FIFO[T] }

func (s fifoSink[T]) Replace(items []T, _ string) error { return s.replace(items) }

func (fifoSink[T]) Bookmark(string) {}

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

// deleteOthers queues the deletion of all that is not listed.
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

// progress knows whether the first list has been worked off: it has once as many elements have been popped as had been
// pushed when it was complete. The queue's lock guards it.
type progress struct {
	pushed, popped uint64

	// begun is set once there was a list, or something that stands for it; end is the position where it ends.
	begun  bool
	end    uint64
	synced chan struct{}
}

// begin notes that something came. What comes before every list stands for the first one.
func (p *progress) begin() {
	p.begun = true
	p.check()
}

// list notes that a list has been queued as a whole.
func (p *progress) list() {
	if p.begun {
		return
	}
	p.begun, p.end = true, p.pushed
	p.check()
}

// done reports whether the first list has been worked off.
func (p *progress) done() bool { return p.begun && p.popped >= p.end }

func (p *progress) check() {
	if p.done() && !p.isSynced() {
		close(p.synced)
	}
}

// delay moves the end of the first list behind what was queued again.
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
