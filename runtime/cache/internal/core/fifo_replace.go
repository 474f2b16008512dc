package core

// Replace queues items as the whole of what there is, and the deletion of everything else, in the last state that queue
// or consumer knows. The consumer sees each object before it takes it from the queue, so a later event finds the list
// already there.
func (f *FIFO[T]) Replace(items []T, _ string) error {
	keys := make(map[string]struct{}, len(items))
	event := Sync
	if f.opts.EmitReplaced {
		event = Replaced
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, item := range items {
		key, err := f.opts.Key(item)
		if err != nil {
			return err
		}
		keys[key] = struct{}{}
		if err := f.push(key, event, item); err != nil {
			return err
		}
	}
	deleted := f.deleteOthers(keys)
	f.populate(len(keys) + deleted)
	return nil
}

// deleteOthers queues the deletion of all that is not among keys and returns how many keys that added to the queue.
func (f *FIFO[T]) deleteOthers(keys map[string]struct{}) (added int) {
	for key, deltas := range f.deltas {
		if _, listed := keys[key]; listed {
			continue
		}
		last := deltas[len(deltas)-1]
		f.enqueue(key, Delta[T]{Type: Deleted, Object: last.Object, HasObject: last.HasObject, Unknown: true})
		added++
	}
	if f.opts.Known == nil {
		return added
	}
	for _, key := range f.opts.Known.Keys() {
		_, listed := keys[key]
		if _, queued := f.deltas[key]; listed || queued {
			continue
		}
		obj, held := f.opts.Known.Get(key)
		f.enqueue(key, Delta[T]{Type: Deleted, Object: obj, HasObject: held, Unknown: true})
		added++
	}
	return added
}
