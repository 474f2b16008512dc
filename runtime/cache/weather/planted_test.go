package weather

// defects are those that the schedules must find.
func defects() []defect {
	return []defect{
		{
			"a bookmark is lost", "reflector_watch.go",
			"	r.setVersion(event.ResourceVersion)\n",
			"	if event.Type == watch.Bookmark && planted(\"a bookmark is lost\") {\n		return nil\n	}\n	r.setVersion(event.ResourceVersion)\n",
		},
		{
			"no list after 410", "reflector_watch.go",
			"	case expired(err):\n",
			"	case expired(err) && planted(\"no list after 410\"):\n		r.pause(ctx)\n		return true, nil\n	case expired(err):\n",
		},
		{
			"a deletion in the stream is overheard", "reflector_watch.go",
			"		err = r.opts.Sink.Delete(event.Object)\n",
			"		if !planted(\"a deletion in the stream is overheard\") {\n			err = r.opts.Sink.Delete(event.Object)\n		}\n",
		},
		{
			"the version is that of the last list", "reflector_watch.go",
			"		begun, events, from := r.opts.Clock.Now(), 0, r.LastSyncVersion()\n",
			"		begun, events, from := r.opts.Clock.Now(), 0, r.LastSyncVersion()\n		if from != \"\" && planted(\"the version is that of the last list\") {\n			from = \"1\" + from[1:]\n		}\n",
		},
		{
			"a version that lies ahead is asked for again", "reflector.go",
			"	case r.tooOld:\n",
			"	case r.tooOld && !planted(\"a version that lies ahead is asked for again\"):\n",
		},
		{
			"a second list is not taken over", "reflector_stream.go",
			"	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
			"	if r.LastSyncVersion() != \"\" && planted(\"a second list is not taken over\") {\n		r.setVersion(version)\n		r.opts.Sink.Bookmark(version)\n		return nil\n	}\n	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
		},
		{
			"two deltas are swapped", "delta.go",
			"		return append(deltas, next)\n",
			"		if n > 0 && planted(\"two deltas are swapped\") {\n			last := deltas[n-1]\n			return append(deltas[:n-1], next, last)\n		}\n		return append(deltas, next)\n",
		},
		{
			"a list deletes nothing", "fifo_replace.go",
			"	for key, deltas := range f.deltas {\n",
			"	if planted(\"a list deletes nothing\") {\n		return 0\n	}\n	for key, deltas := range f.deltas {\n",
		},
		{
			"an index keeps old values", "index.go",
			"	if old != nil {\n",
			"	if old != nil && !planted(\"an index keeps old values\") {\n",
		},
		{
			"a late index begins empty", "store.go",
			"	x := newIndex(valuesOf)\n	for key, obj := range s.items {\n",
			"	x := newIndex(valuesOf)\n	if planted(\"a late index begins empty\") {\n		return x, err\n	}\n	for key, obj := range s.items {\n",
		},
		{
			"the store does not note its version", "store.go",
			"	s.version = version\n}",
			"	if !planted(\"the store does not note its version\") {\n		s.version = version\n	}\n}",
		},
		{
			"handlers are told before the store", "informer.go",
			"		old, existed, e := i.store.Set(key, delta.Object)\n",
			"		if was, there := i.store.Get(key); there && planted(\"handlers are told before the store\") {\n			i.tell(notification[T]{kind: updated, old: was, obj: delta.Object})\n			i.events.Unlock()\n			others()\n			i.events.Lock()\n			i.store.Set(key, delta.Object)\n			continue\n		}\n		old, existed, e := i.store.Set(key, delta.Object)\n",
		},
		{
			"an update tells the new state as the old one", "informer.go",
			"kind: updated, old: old, obj: delta.Object, again: again}",
			"kind: updated, old: map[bool]T{true: delta.Object, false: old}[planted(\"an update tells the new state as the old one\")], obj: delta.Object, again: again}",
		},
		{
			"a late handler is not told what there is", "handlers.go",
			"	for obj := range i.store.All() {\n",
			"	for obj := range i.store.All() {\n		if planted(\"a late handler is not told what there is\") {\n			break\n		}\n",
		},
		{
			"a removed handler goes on", "handlers.go",
			"	delete(i.listeners, l)\n	l.close()\n",
			"	if planted(\"a removed handler goes on\") {\n		return nil\n	}\n	delete(i.listeners, l)\n	l.close()\n",
		},
	}
}
