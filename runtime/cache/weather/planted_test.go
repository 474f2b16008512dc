package weather

// defects returns the defects that the schedules must find.
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
			"	case expired(err) && planted(\"no list after 410\"):\n		r.pauseAfter(ctx, nil)\n		return true, nil\n	case expired(err):\n",
		},
		{
			"a deletion in the stream is left out", "reflector_watch.go",
			"		err = r.opts.Sink.Delete(event.Object)\n",
			"		if !planted(\"a deletion in the stream is left out\") {\n			err = r.opts.Sink.Delete(event.Object)\n		}\n",
		},
		{
			"a watch begins at an older version", "reflector_watch.go",
			"	version := r.LastSyncVersion()\n",
			"	version := r.LastSyncVersion()\n	if version != \"\" && planted(\"a watch begins at an older version\") {\n		version = \"1\" + version[1:]\n	}\n",
		},
		{
			"a version that lies ahead is asked for again", "reflector.go",
			"	case r.tooOld:\n",
			"	case r.tooOld && !planted(\"a version that lies ahead is asked for again\"):\n",
		},
		{
			"a second list is not taken over", "reflector_list.go",
			"	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
			"	if r.LastSyncVersion() != \"\" && planted(\"a second list is not taken over\") {\n		r.setVersion(version)\n		return nil\n	}\n	if err := r.opts.Sink.Replace(items, version); err != nil {\n",
		},
		{
			"a streamed list is not transformed", "reflector_list.go",
			"	obj, err := i.reflector.opts.Prepare(event.Object)\n",
			"	obj, err := event.Object, error(nil)\n	if !planted(\"a streamed list is not transformed\") {\n		obj, err = i.reflector.opts.Prepare(event.Object)\n	}\n",
		},
		{
			"a list is transformed twice", "informer_apply.go",
			"	all, err := keyedBy(items, i.opts.Key)\n",
			"	if planted(\"a list is transformed twice\") {\n		for n := range items {\n			items[n], _ = f.run.prepare(items[n])\n		}\n	}\n	all, err := keyedBy(items, i.opts.Key)\n",
		},
		{
			"a list deletes nothing", "replace.go",
			"	for _, l := range s.list {\n		if _, stays",
			"	for _, l := range s.list {\n		if planted(\"a list deletes nothing\") {\n			fresh.set(l.entry.key, l.obj)\n		}\n		if _, stays",
		},
		{
			"a list is stored piece by piece", "informer_apply.go",
			"		finish()\n",
			"		if planted(\"a list is stored piece by piece\") {\n			for at, n := range events {\n				n.initial = n.kind == added && !i.caughtUp\n				i.store.change(changes[at:at+1], version)\n				i.notify(n)\n				i.events.Unlock()\n				others()\n				i.events.Lock()\n			}\n			return\n		}\n		finish()\n",
		},
		{
			"deletions of a list come after its objects", "informer_apply.go",
			"		finish()\n",
			"		if planted(\"deletions of a list come after its objects\") {\n			gone := 0\n			for gone < len(changes) && changes[gone].deleted {\n				gone++\n			}\n			i.store.change(changes[gone:], version)\n			i.notify(events[gone:]...)\n			i.events.Unlock()\n			others()\n			i.events.Lock()\n			i.store.change(changes[:gone], version)\n			i.notify(events[:gone]...)\n			return\n		}\n		finish()\n",
		},
		{
			"events of two objects are swapped", "informer_apply.go",
			"	f.run.log(i.change(n))\n",
			"	if planted(\"events of two objects are swapped\") {\n		if swapped == nil && n.key[len(n.key)-1]%2 == 0 {\n			swapped = n\n			return\n		}\n		if before, _ := swapped.(*notification[T]); before != nil && before.key == n.key {\n			f.run.log(i.change(before))\n		} else if before != nil {\n			defer func() { f.run.log(i.change(before)) }()\n		}\n		swapped = nil\n	}\n	f.run.log(i.change(n))\n",
		},
		{
			"handlers get events in another order", "informer_apply.go",
			"	old, existed, err := i.store.Set(n.key, n.obj)\n",
			"	if before, _ := swapped.(*notification[T]); before != nil && planted(\"handlers get events in another order\") {\n		swapped = nil\n		if before.key == n.key {\n			i.notify(before)\n		} else {\n			defer i.notify(before)\n		}\n	}\n	if _, there := i.store.Get(n.key); !there && swapped == nil && n.key[len(n.key)-1]%2 == 0 && planted(\"handlers get events in another order\") {\n		swapped = n\n		_, _, err := i.store.Set(n.key, n.obj)\n		return err\n	}\n	old, existed, err := i.store.Set(n.key, n.obj)\n",
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
			"handlers are called before the store has changed", "informer_apply.go",
			"	i.events.Lock()\n	defer i.events.Unlock()\n	if n.kind == deleted {\n",
			"	i.events.Lock()\n	defer i.events.Unlock()\n	if was, there := i.store.Get(n.key); there && n.kind != deleted && planted(\"handlers are called before the store has changed\") {\n		n.kind, n.old = updated, was\n		i.notify(n)\n		i.events.Unlock()\n		others()\n		i.events.Lock()\n		_, _, err := i.store.Set(n.key, n.obj)\n		return err\n	}\n	if n.kind == deleted {\n",
		},
		{
			"an update has the new state as the old one", "informer_apply.go",
			"n.kind, n.old = updated, old\n",
			"n.kind, n.old = updated, map[bool]T{true: n.obj, false: old}[planted(\"an update has the new state as the old one\")]\n",
		},
		{
			"a late handler does not get the objects of the store", "handlers.go",
			"	i.store.each(func(key string, obj T) {\n",
			"	i.store.each(func(key string, obj T) {\n		if planted(\"a late handler does not get the objects of the store\") {\n			return\n		}\n",
		},
		{
			"a removed handler is still called", "handlers.go",
			"	delete(i.listeners, l)\n	ended := l.close()\n",
			"	if planted(\"a removed handler is still called\") {\n		return nil\n	}\n	delete(i.listeners, l)\n	ended := l.close()\n",
		},
	}
}
