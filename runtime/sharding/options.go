package sharding

import (
	"context"
	"errors"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// Leases is a client of the leases of a namespace: client.CoordinationV1().Leases(namespace) of a generated clientset.
type Leases interface {
	// Create, Update, Delete, List and Watch have the signatures of generated clients.
	Create(ctx context.Context, lease *coordinationv1.Lease, opts metav1.CreateOptions) (*coordinationv1.Lease, error)
	Update(ctx context.Context, lease *coordinationv1.Lease, opts metav1.UpdateOptions) (*coordinationv1.Lease, error)
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
	List(ctx context.Context, opts metav1.ListOptions) (*coordinationv1.LeaseList, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

// By is the property of objects that is hashed. Its value is the field in selectors of KEP-5866.
type By string

// What may be hashed.
const (
	// ByUID spreads objects one by one.
	ByUID By = shard.ByUID
	// ByNamespace keeps the objects of a namespace together. Objects without a namespace belong together too.
	ByNamespace By = shard.ByNamespace
)

// Options are the options of a member. Group and Identity are needed.
type Options struct {
	// Group is the name of the group of members, unique in the namespace: a DNS label of at most 40 characters.
	Group string
	// Identity is the member's own name, which no other member of the group has at the same time: that of the pod, for example.
	Identity string
	// By is the property that is hashed; empty means ByUID. All members of a group must have the same.
	By By
	// Capacity is how much the member takes compared with others, from 1 to 100; zero means 1.
	Capacity int
	// LeaseDuration is how long others wait after the last renewal before they take a member's ranges; zero means 15 seconds. It is rounded up
	// to seconds.
	LeaseDuration time.Duration
	// RenewPeriod is the time between two renewals; zero means a fifth of LeaseDuration. It may be half of LeaseDuration at most.
	RenewPeriod time.Duration
	// MaxSkew is how far apart the clocks of two members may drift in a lease duration; zero means a tenth of it.
	MaxSkew time.Duration
	// Grace is how long work in flight may continue when its range moves to another member; zero means LeaseDuration. After that
	// its context ends. The range moves when the work has returned.
	Grace time.Duration
	// OnChange is called after the member has gained or lost ranges, in order and never at the same time. It must return soon: the
	// lease is not renewed meanwhile.
	OnChange func(Change)
	// Clock is the clock; nil means the real one.
	Clock clock.Clock
}

// Change is what a member gained or lost. No new work begins on lost ranges. Work in flight may continue for Grace.
type Change struct{ Gained, Lost Set }

// maxLease limits the duration of leases, which is stored as 32 bits of seconds.
const maxLease = 24 * time.Hour

// maxGroup limits the length of the name of a group, to which names of leases add hashes.
const maxGroup = 40

// complete validates the options and sets defaults.
func (o *Options) complete() error {
	var errs []error
	if problems := validation.IsDNS1123Label(o.Group); len(problems) > 0 || len(o.Group) > maxGroup {
		errs = append(errs, fmt.Errorf("sharding: Options.Group %q: want a DNS label of at most %d characters, such as my-controller", o.Group, maxGroup))
	}
	if o.Identity == "" {
		errs = append(errs, errors.New("sharding: Options.Identity is empty: set it to what no other member has, such as the name of the pod"))
	}
	if o.By == "" {
		o.By = ByUID
	}
	if o.By != ByUID && o.By != ByNamespace {
		errs = append(errs, fmt.Errorf("sharding: Options.By %q: use ByUID or ByNamespace", o.By))
	}
	o.Capacity = max(o.Capacity, 1)
	if o.Capacity > maxCapacity {
		errs = append(errs, fmt.Errorf("sharding: Options.Capacity %d: at most %d", o.Capacity, maxCapacity))
	}
	if o.LeaseDuration <= 0 {
		o.LeaseDuration = 15 * time.Second
	}
	o.LeaseDuration = (o.LeaseDuration + time.Second - 1).Truncate(time.Second)
	if o.LeaseDuration > maxLease {
		errs = append(errs, fmt.Errorf("sharding: Options.LeaseDuration %s: at most %s", o.LeaseDuration, maxLease))
	}
	if o.RenewPeriod <= 0 {
		o.RenewPeriod = o.LeaseDuration / 5
	}
	if o.RenewPeriod > o.LeaseDuration/2 {
		errs = append(errs, fmt.Errorf("sharding: Options.RenewPeriod %s: at most half of LeaseDuration, %s", o.RenewPeriod, o.LeaseDuration/2))
	}
	if o.MaxSkew <= 0 {
		o.MaxSkew = o.LeaseDuration / 10
	}
	if o.Grace <= 0 {
		o.Grace = o.LeaseDuration
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	return errors.Join(errs...)
}
