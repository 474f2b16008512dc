package sharding

import "slices"

// follower has the function that is called with gained and lost slots.
type follower struct {
	changed func(gained, lost Set, released func())
}

// release has slots that were lost at one time, and the followers that have not released them yet.
type release struct {
	lost    Set
	waitFor []*follower
}

// Follow calls changed after the member has gained or lost ranges, in order and never at the same time, until stop is called. held is
// what the member holds when Follow returns; later changes may repeat some of it. Informers of a part of the objects call Follow, see
// cache.Shards.
//
// The member keeps lost slots in its lease until released is called, so that no other member begins to handle them before. changed must
// return soon. released may be called at any time, also more than once. stop releases everything.
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

// Field returns the property that is hashed, by its name in KEP-5866.
func (m *Membership) Field() string { return string(m.opts.By) }

// tell returns a function that calls the followers and OnChange, and records that lost slots wait for the followers. The caller holds mu
// when it calls tell, and must not hold it when it calls the function.
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

// released records that a follower has released lost slots. The caller holds mu.
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

// notReleased returns lost slots that some follower has not released. The caller holds mu.
func (m *Membership) notReleased() (set Set) {
	m.releases = slices.DeleteFunc(m.releases, func(r *release) bool { return len(r.waitFor) == 0 })
	for _, r := range m.releases {
		set = set.Union(r.lost)
	}
	return set
}
