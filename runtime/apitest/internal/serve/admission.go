package serve

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// admitPriority gives a new pod the priority of its class. It refuses a class that does not exist, but not if the server has no resource
// for priority classes: nobody could create one.
func (r *request) admitPriority(u *unstructured.Unstructured) error {
	if !builtin.NeedsPriority(r.resource) {
		return nil
	}
	p, err := r.priority(builtin.PriorityClassOf(u))
	if err == nil {
		err = builtin.SetPriority(u, p)
	}
	if err != nil && !r.seeded {
		return apierrors.NewForbidden(r.groupResource(), u.GetName(), err)
	}
	return nil
}

// priority returns the priority of pods with a class. Without a name it is that of the class for all others.
func (r *request) priority(class string) (builtin.Priority, error) {
	if p, known := builtin.SystemPriority(class); known {
		return p, nil
	}
	if class == "" {
		return r.priorityOfOthers(), nil
	}
	if o := r.api.storage.Get(builtin.PriorityClasses(), storage.Key{Name: class}); o != nil {
		p, _ := builtin.PriorityOf(&o.Unstructured)
		return p, nil
	}
	if len(r.api.registry.Now().Versions(builtin.PriorityClasses())) == 0 {
		return builtin.NoClass(), nil
	}
	return builtin.Priority{}, fmt.Errorf("no PriorityClass with name %s was found", class)
}

// priorityOfOthers returns the priority of pods that name no class. Of several classes for them the lowest counts.
func (r *request) priorityOfOthers() builtin.Priority {
	lowest, found := builtin.NoClass(), false
	snapshot, err := r.api.storage.List(builtin.PriorityClasses(), storage.Query{})
	if err != nil { // there is no error without a version
		return lowest
	}
	for o := range snapshot.Objects {
		if p, forOthers := builtin.PriorityOf(&o.Unstructured); forOthers && (!found || p.Value < lowest.Value) {
			lowest, found = p, true
		}
	}
	return lowest
}

// allocate sets the addresses and ports of a service. It refuses those that another service has.
func (r *request) allocate(current, next *unstructured.Unstructured) error {
	if r.resource.GroupResource().String() != "services" || r.subresource != "" {
		return nil
	}
	if !r.seeded && builtin.AsksForAddress(current, next) {
		claim := func(text string) { r.api.claimed.Store(text, true) }
		if err := r.invalid(next.GetName(), builtin.CheckAllocation(current, next, r.others(), claim)...); err != nil {
			return err
		}
	}
	numbers := builtin.Numbers{
		Next: func() int64 { return r.api.allocated.Add(1) },
		Claimed: func(text string) bool {
			_, claimed := r.api.claimed.Load(text)
			return claimed
		},
	}
	errs := builtin.CheckName(current, next, numbers)
	builtin.Allocate(current, next, numbers)
	if r.seeded {
		return nil
	}
	return r.invalid(next.GetName(), append(errs, builtin.ValidateClusterIPs(next)...)...)
}

// others returns all objects of the resource but that of the request.
func (r *request) others() (all []*unstructured.Unstructured) {
	snapshot, err := r.api.storage.List(r.groupResource(), storage.Query{})
	if err != nil { // there is no error without a version
		return nil
	}
	for o := range snapshot.Objects {
		if keyOf(&o.Unstructured) != r.key() {
			all = append(all, &o.Unstructured)
		}
	}
	return all
}
