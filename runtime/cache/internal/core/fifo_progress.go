package core

import "k8s.io/apimachinery/pkg/util/resourceversion"

// progress knows how far a queue has been worked off: whether the first list has, and up to which resource version
// everything has. Both are positions in the queue, reached once that many elements have been popped. The queue's lock
// guards it.
type progress struct {
	pushed, popped uint64

	// listed says which scopes have had a first list, and awaited how many have not; end is the position of the last of
	// these lists.
	listed  []bool
	awaited int
	end     uint64
	synced  chan struct{}

	// marks are the versions that have been queued and not been reached, reached those that each scope has reached, told
	// the one that OnReached was last told.
	marks   ring[mark]
	reached []string
	told    string
	// latest is the version that each scope was last marked with.
	latest []string
}

// mark is a resource version of a scope, with the position up to which the queue holds everything before it.
type mark struct {
	position uint64
	scope    int
	version  string
}

func newProgress(scopes int) progress {
	return progress{listed: make([]bool, scopes), awaited: scopes, reached: make([]string, scopes), latest: make([]string, scopes), synced: make(chan struct{})}
}

// begin notes that something came. What comes before every list stands for the first one.
func (p *progress) begin() {
	if p.awaited == len(p.listed) {
		p.awaited = 0
		p.check()
	}
}

// list notes that the list of a scope has been queued as a whole.
func (p *progress) list(scope int) {
	if p.awaited == 0 || p.listed[scope] {
		return
	}
	p.listed[scope] = true
	p.awaited--
	p.end = p.pushed
	p.check()
}

// done reports whether the first list has been worked off.
func (p *progress) done() bool { return p.awaited == 0 && p.popped >= p.end }

func (p *progress) check() {
	if p.done() && !p.isSynced() {
		close(p.synced)
	}
}

// mark notes that everything of a scope up to a version has been queued.
func (p *progress) mark(scope int, version string) {
	p.latest[scope] = version
	if n := p.marks.len(); n > 0 {
		if last := p.marks.at(n - 1); last.position == p.pushed && last.scope == scope {
			last.version = version
			return
		}
	}
	p.marks.push(mark{p.pushed, scope, version})
}

// goesBack reports whether a version lies before one that has been queued. Then the server has another history than the one
// that was followed, as after its backup was restored, and what has the same version need not be the same.
func (p *progress) goesBack(scope int, version string) bool {
	order, err := resourceversion.CompareResourceVersion(version, p.latest[scope])
	return err == nil && order < 0
}

// delay moves everything that is not reached yet behind what was queued again.
func (p *progress) delay() {
	for i := range p.marks.len() {
		p.marks.at(i).position = p.pushed
	}
	if p.awaited == 0 && !p.isSynced() {
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

// advance notes what has been reached, and tells of it.
func (p *progress) advance(tell func(version string)) {
	p.check()
	moved := false
	for p.marks.len() > 0 && p.marks.at(0).position <= p.popped {
		m := p.marks.pop()
		p.reached[m.scope], moved = m.version, true
	}
	if !moved || tell == nil {
		return
	}
	if version := oldest(p.reached); version != p.told {
		p.told = version
		tell(version)
	}
}

// oldest returns the version that every scope has reached; "" where one has reached none, or they cannot be compared.
func oldest(versions []string) string {
	least := versions[0]
	for _, version := range versions[1:] {
		order, err := resourceversion.CompareResourceVersion(version, least)
		if err != nil {
			return ""
		}
		if order < 0 {
			least = version
		}
	}
	return least
}
