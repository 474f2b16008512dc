package sharding

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/term"
)

// run is the loop of the member.
func (m *Membership) run(ctx context.Context) {
	defer close(m.ended)
	var watching sync.WaitGroup
	watching.Go(func() { m.watch(ctx) })
	defer watching.Wait()
	logger := klog.FromContext(ctx).WithValues("group", m.opts.Group, "member", m.opts.Identity)
	renew := true
	for ctx.Err() == nil {
		again, err := m.step(ctx, renew)
		if ctx.Err() != nil {
			break
		}
		m.note(logger, err)
		switch {
		case again:
			renew = false
		case err != nil: // retry once per period; the content of the lease is unknown until it was renewed
			m.pause(ctx, m.opts.RenewPeriod, nil)
			renew = true
		default:
			renew = !m.pause(ctx, m.renewed.Add(m.opts.RenewPeriod).Sub(m.opts.Clock.Now()), m.wake)
		}
	}
	m.leave(context.WithoutCancel(ctx), logger)
}

// note stores an error, and logs it unless it is the same as the last one.
func (m *Membership) note(logger klog.Logger, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil && (m.lastErr == nil || m.lastErr.Error() != err.Error()) {
		logger.Error(err, "Cannot agree with the other members; trying again")
	}
	m.lastErr = err
}

// pause waits for a time. It returns true if wake ended the wait early.
func (m *Membership) pause(ctx context.Context, wait time.Duration, wake <-chan struct{}) (woken bool) {
	timer := m.opts.Clock.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C():
		return false
	case <-wake:
		return true
	}
}

// step writes the member's ranges and claims into its lease, if they have changed or the lease must be renewed. Then it reads all leases if
// they may have relevant changes, and decides which ranges to take and to give up. It returns true if there is more to do.
func (m *Membership) step(ctx context.Context, renew bool) (again bool, err error) {
	m.checkTerm()
	publish, look := m.todo(renew)
	if publish {
		if err := m.publish(ctx); err != nil {
			return false, err
		}
	}
	if !look {
		return false, nil
	}
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	m.mu.Lock()
	m.others, m.freed = false, Set{} // later changes may not be in the list
	m.mu.Unlock()
	list, err := m.leases.List(ctx, m.opts.group())
	if err != nil {
		return false, fmt.Errorf("list the leases: %w", err)
	}
	peers, live, err := m.look(ctx, list.Items)
	if err != nil {
		return false, err
	}
	return m.decide(peers, live), nil
}

// todo reports whether a step has to write the lease, and whether it has to read the leases of the others. A new claim needs both, in this order.
func (m *Membership) todo(renew bool) (publish, look bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settle()
	renew = renew || m.opts.Clock.Now().After(m.renewed.Add(m.opts.RenewPeriod)) // the loop may be woken so often that its timer never fires
	publish = renew || m.lease == nil || !m.says.Equal(m.due())
	return publish, renew || m.behind() || publish && !m.claimed.Empty()
}

// bounded returns a context that limits a request to half of the lease duration: a renewal that takes longer is useless.
func (m *Membership) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, m.opts.LeaseDuration/2)
}

// errGone is the cause of the end of a term whose lease was deleted or changed by another client.
var errGone = errors.New("the lease was deleted or changed")

// checkTerm gives up everything if the term is over.
func (m *Membership) checkTerm() {
	m.mu.Lock()
	over := m.term != nil && m.term.Err() != nil
	m.mu.Unlock()
	if over {
		m.giveUp(term.ErrDeadline)
	}
}

// giveUp ends the term, and with it the contexts of all work. Slots with work in flight stay in the lease until the work has returned.
func (m *Membership) giveUp(cause error) {
	m.endTerm(cause)
	m.stopAll(0)
}

func (m *Membership) endTerm(cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.term != nil {
		m.term.End(cause)
	}
}

// stopAll gives up all held and claimed slots.
func (m *Membership) stopAll(grace time.Duration) {
	m.mu.Lock()
	lost := m.held
	m.claimed = Set{}
	m.stop(lost, grace)
	tell := m.tell(Change{Lost: lost})
	m.settle()
	m.mu.Unlock()
	tell()
}

// leave waits for the work in flight, whose contexts end after Grace, and deletes the lease.
func (m *Membership) leave(ctx context.Context, logger klog.Logger) {
	m.closing = true
	m.stopAll(m.opts.Grace)
	for {
		m.mu.Lock()
		m.settle()
		done := m.leaving.Empty()
		m.mu.Unlock()
		if done {
			break
		}
		m.checkTerm()
		if err := m.publish(ctx); err != nil {
			m.note(logger, err)
		}
		m.pause(ctx, m.opts.RenewPeriod, m.wake)
	}
	m.endTerm(context.Canceled)
	if m.lease == nil {
		return
	}
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	if _, err := m.expire(ctx, peerOf(m.lease)); err != nil {
		logger.Error(err, "Left without deleting the lease; the others wait until it has run out")
	}
}
