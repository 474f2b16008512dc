package weather

// defects are those that the schedules must find.
func defects() []defect {
	return []defect{
		{
			"a bookmark is lost", "reflector_watch.go",
			"	if certain {\n",
			"	if certain && !(event.Type == watch.Bookmark && planted(\"a bookmark is lost\")) {\n",
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
			"	version := r.LastSyncVersion()\n",
			"	version := r.LastSyncVersion()\n	if version != \"\" && planted(\"the version is that of the last list\") {\n		version = \"1\" + version[1:]\n	}\n",
		},
		{
			"a version that lies ahead is asked for again", "reflector.go",
			"	case r.tooOld:\n",
			"	case r.tooOld && !planted(\"a version that lies ahead is asked for again\"):\n",
		},
		{
			"a second list is not taken over", "reflector_stream.go",
			"	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
			"	if r.LastSyncVersion() != \"\" && planted(\"a second list is not taken over\") {\n		r.setVersion(version)\n		return nil\n	}\n	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
		},
		{
			"a streamed list is not transformed", "reflector_stream.go",
			"	initial[key], err = r.opts.Prepare(event.Object)\n",
			"	if initial[key] = event.Object; !planted(\"a streamed list is not transformed\") {\n		initial[key], err = r.opts.Prepare(event.Object)\n	}\n",
		},
		{
			"a list is transformed twice", "fifo_replace.go",
			"		deltas[i], listed[key] = keyed[T]{key, item}, struct{}{}\n",
			"		if planted(\"a list is transformed twice\") {\n			item, _ = f.transform(item)\n		}\n		deltas[i], listed[key] = keyed[T]{key, item}, struct{}{}\n",
		},
		{
			"two deltas are swapped", "delta.go",
			"		return append(deltas, next)\n",
			"		if n > 0 && planted(\"two deltas are swapped\") {\n			last := deltas[n-1]\n			return append(deltas[:n-1], next, last)\n		}\n		return append(deltas, next)\n",
		},
		{
			"a list deletes nothing", "fifo_replace.go",
			"	for key, q := range f.byKey {\n",
			"	if planted(\"a list deletes nothing\") {\n		return\n	}\n	for key, q := range f.byKey {\n",
		},
		{
			"an index keeps old values", "index.go",
			"	x.remove(e)\n",
			"	if !planted(\"an index keeps old values\") {\n		x.remove(e)\n	}\n",
		},
		{
			"a late index begins empty", "store.go",
			"		s.indexes = append(s.indexes, x)\n		for key, e := range s.entries {\n",
			"		s.indexes = append(s.indexes, x)\n		if planted(\"a late index begins empty\") {\n			continue\n		}\n		for key, e := range s.entries {\n",
		},
		{
			"the store does not note its version", "store.go",
			"	s.version = version\n}",
			"	if !planted(\"the store does not note its version\") {\n		s.version = version\n	}\n}",
		},
		{
			"handlers are told before the store", "informer_run.go",
			"		old, existed, e := i.store.Set(key, delta.Object)\n",
			"		if was, there := i.store.Get(key); there && planted(\"handlers are told before the store\") {\n			i.tell(&notification[T]{kind: updated, key: key, old: was, obj: delta.Object})\n			i.events.Unlock()\n			others()\n			i.events.Lock()\n			i.store.Set(key, delta.Object)\n			continue\n		}\n		old, existed, e := i.store.Set(key, delta.Object)\n",
		},
		{
			"an update tells the new state as the old one", "informer_run.go",
			"n.kind, n.old = updated, old\n",
			"n.kind, n.old = updated, map[bool]T{true: delta.Object, false: old}[planted(\"an update tells the new state as the old one\")]\n",
		},
		{
			"a late handler is not told what there is", "handlers.go",
			"	i.store.each(func(key string, obj T) {\n",
			"	i.store.each(func(key string, obj T) {\n		if planted(\"a late handler is not told what there is\") {\n			return\n		}\n",
		},
		{
			"a removed handler goes on", "handlers.go",
			"	delete(i.listeners, l)\n	return l.close()\n",
			"	if planted(\"a removed handler goes on\") {\n		return nil\n	}\n	delete(i.listeners, l)\n	return l.close()\n",
		},
	}
}
