package sharding

import (
	"context"
	"fmt"
	"sync"
)

// Plans are assignments that are computed once for the same members.
type Plans struct {
	mu    sync.Mutex
	plans map[string]map[string]Set
}

func (p *Plans) assign(members []member) map[string]Set {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fmt.Sprint(members)
	if p.plans == nil {
		p.plans = map[string]map[string]Set{}
	}
	if p.plans[key] == nil {
		p.plans[key] = assign(members)
	}
	return p.plans[key]
}

// SharedPlans are those of all tests.
var SharedPlans = &Plans{}

// JoinWith is Join with plans that the members of a test share, most of whose time they would take.
func JoinWith(ctx context.Context, leases Leases, opts Options, plans *Plans) (*Membership, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	m := newMembership(leases, opts)
	m.assign = plans.assign
	go m.run(ctx)
	return m, nil
}
