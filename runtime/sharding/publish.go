package sharding

import (
	"context"
	"fmt"
	"strconv"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/internal/term"
)

// publish renews the lease, or creates it.
func (m *Membership) publish(ctx context.Context) error {
	m.mu.Lock()
	m.settle()
	says := m.due()
	m.mu.Unlock()
	begun := m.opts.Clock.Now()
	ctx, cancel := m.bounded(ctx)
	defer cancel()
	written, err := m.write(ctx, says, begun)
	if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
		// An earlier request was carried out, but its response was lost. As long as the lease exists, it has all held slots.
		if m.lease, err = m.find(ctx); err == nil {
			begun = m.opts.Clock.Now()
			written, err = m.write(ctx, says, begun)
		}
	}
	if apierrors.IsNotFound(err) {
		m.gone()
	}
	if err != nil {
		return fmt.Errorf("renew the lease: %w", err)
	}
	m.lease, m.says, m.renewed = written, says, begun
	m.extend(ctx, begun)
	return nil
}

// gone records that the lease does not exist any more, and gives up its slots.
func (m *Membership) gone() {
	m.lease, m.name = nil, leaseName(m.opts.Group, m.opts.Identity)
	m.giveUp(errGone)
}

// due returns the slots that the lease must have. The caller holds mu.
func (m *Membership) due() Set { return m.held.Union(m.leaving).Union(m.claimed) }

// find returns the member's lease as the server has it.
func (m *Membership) find(ctx context.Context) (*coordinationv1.Lease, error) {
	list, err := m.leases.List(ctx, m.opts.group())
	if err != nil {
		return m.lease, err
	}
	for i := range list.Items {
		if lease := &list.Items[i]; lease.Name == m.name && (m.lease == nil || lease.UID == m.lease.UID) {
			return lease, nil
		}
	}
	return nil, apierrors.NewNotFound(coordinationv1.Resource("leases"), m.name)
}

// extend extends the term after a renewal whose request began at that time. If the term is already over, a new one begins, in which the
// member holds nothing yet.
func (m *Membership) extend(ctx context.Context, begun time.Time) {
	m.mu.Lock()
	if m.term != nil && m.term.Err() == nil {
		m.term.Extend(begun)
		m.mu.Unlock()
		return
	}
	m.mu.Unlock()
	m.giveUp(term.ErrDeadline)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.term = term.New(context.WithoutCancel(ctx), m.opts.Clock, m.opts.LeaseDuration, begun)
}

// write creates or updates the lease.
func (m *Membership) write(ctx context.Context, says Set, now time.Time) (*coordinationv1.Lease, error) {
	lease := m.lease.DeepCopy()
	if lease == nil {
		lease = m.opts.newLease()
		lease.Name = m.name
		lease.Spec.AcquireTime = new(metav1.NewMicroTime(now))
	}
	lease.Spec.RenewTime = new(metav1.NewMicroTime(now))
	if lease.Annotations == nil {
		lease.Annotations = map[string]string{}
	}
	lease.Annotations[holdsAnnotation] = says.String()
	lease.Annotations[capacityAnnotation] = strconv.Itoa(m.opts.Capacity)
	if m.closing {
		lease.Annotations[capacityAnnotation] = "0"
	}
	if m.lease == nil {
		return m.leases.Create(ctx, lease, metav1.CreateOptions{})
	}
	return m.leases.Update(ctx, lease, metav1.UpdateOptions{})
}
