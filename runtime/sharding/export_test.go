package sharding

import (
	"context"
	"fmt"
	"sync"
)

// AssignmentCache computes the assignment of a list of members once. Members of a test share it: assignments would take most of the
// test's time.
type AssignmentCache struct {
	mu          sync.Mutex
	assignments map[string]map[string]Set
}

func (p *AssignmentCache) assign(members []member) map[string]Set {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fmt.Sprint(members)
	if p.assignments == nil {
		p.assignments = map[string]map[string]Set{}
	}
	if p.assignments[key] == nil {
		p.assignments[key] = assign(members)
	}
	return p.assignments[key]
}

// SharedAssignments is the cache of all tests.
var SharedAssignments = &AssignmentCache{}

// JoinWithAssignments is Join with a cache of assignments.
func JoinWithAssignments(ctx context.Context, leases Leases, opts Options, assignments *AssignmentCache) (*Membership, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	m := newMembership(leases, opts)
	m.assign = assignments.assign
	go m.run(ctx)
	return m, nil
}
