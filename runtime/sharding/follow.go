package sharding

import "slices"

// follower is told of what is gained and lost, and releases what was lost.
type follower struct {
	changed func(gained, lost Set, released func())
}

// release is what was lost at a time and the followers that still have some of it.
type release struct {
	lost    Set
	waitFor []*follower
}

// Follow calls changed after the member has gained or lost ranges, in order and never at the same time, until stop is called. Held is
// what the member holds when Follow returns; changes may repeat some of it. Informers of a part of the objects follow, see
// cache.Shards.
//
// The member keeps what was lost in its lease until released is called, so that nobody else begins to handle it before. Changed must
// return soon; released may be called at any time, also more than once. Stop releases everything.
func (m *Membership) Follow(changed func(gained, lost Set, released func())) (held Set, stop func()) {
	f := &follower{changed: changed}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.followers = append(m.followers, f)
	return m.held, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.followers = slices.DeleteFunc(slices.Clone(m.followers), func(other *follower) bool { return other == f })
		for _, r := range m.releases {
			m.released(r, f)
		}
	}
}

// Field is what is hashed, as KEP-5866 names it.
func (m *Membership) Field() string { return string(m.opts.By) }

// tell returns a function that calls the followers and OnChange. Mu is held, but not while the function is called. What was lost waits
// for the followers from now on.
func (m *Membership) tell(change Change) func() {
	if change.Gained.Empty() && change.Lost.Empty() {
		return func() {}
	}
	followers := m.followers
	r := &release{lost: change.Lost, waitFor: slices.Clone(followers)}
	if !change.Lost.Empty() {
		m.releases = append(m.releases, r)
	}
	return func() {
		for _, f := range followers {
			f.changed(change.Gained, change.Lost, func() {
				m.mu.Lock()
				defer m.mu.Unlock()
				m.released(r, f)
			})
		}
		if m.opts.OnChange != nil {
			m.opts.OnChange(change)
		}
	}
}

// released notes that a follower has none of what was lost any more. Mu is held.
func (m *Membership) released(r *release, f *follower) {
	i := slices.Index(r.waitFor, f)
	if i < 0 {
		return
	}
	r.waitFor = slices.Delete(r.waitFor, i, i+1)
	if len(r.waitFor) == 0 {
		m.poke()
	}
}

// notReleased is what was lost and some follower still has. Mu is held.
func (m *Membership) notReleased() (set Set) {
	m.releases = slices.DeleteFunc(m.releases, func(r *release) bool { return len(r.waitFor) == 0 })
	for _, r := range m.releases {
		set = set.Union(r.lost)
	}
	return set
}
