package leaderelection

import (
	"context"
	"reflect"
	"sync"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	coordinationv1beta1 "k8s.io/api/coordination/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/workqueue"
)

// renewPeriod is how often a candidate renews its LeaseCandidate without being asked.
const renewPeriod = 5 * time.Minute

// CandidateClient has the methods that a candidate needs of a client of LeaseCandidates in a namespace.
type CandidateClient interface {
	// Create, Update, List and Watch have the signatures of generated clients.
	Create(ctx context.Context, candidate *coordinationv1beta1.LeaseCandidate, opts metav1.CreateOptions) (*coordinationv1beta1.LeaseCandidate, error)
	Update(ctx context.Context, candidate *coordinationv1beta1.LeaseCandidate, opts metav1.UpdateOptions) (*coordinationv1beta1.LeaseCandidate, error)
	List(ctx context.Context, opts metav1.ListOptions) (*coordinationv1beta1.LeaseCandidateList, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

// CandidatesOf is a client of coordination.k8s.io/v1beta1 whose clients of LeaseCandidates are of type C.
type CandidatesOf[C CandidateClient] interface {
	LeaseCandidates(namespace string) C
}

// ClientsetOf is a clientset whose client of coordination.k8s.io/v1beta1 is of type G.
type ClientsetOf[G CandidatesOf[C], C CandidateClient] interface {
	CoordinationV1beta1() G
}

// CacheSyncWaiter waits until a candidate has read what is on the server.
type CacheSyncWaiter interface {
	WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool
}

// LeaseCandidate keeps a LeaseCandidate object on the server up to date. In a coordinated election the server chooses the leader among
// these objects. Make one with NewCandidate.
type LeaseCandidate struct {
	client   CandidateClient
	informer cache.SharedIndexInformer
	queue    workqueue.TypedRateLimitingInterface[int] // it only ever has the item 0
	clock    clock.Clock
	object   coordinationv1beta1.LeaseCandidate
}

// NewCandidate returns a candidate for the election of a Lease. It creates its object on the server if it does not exist,
// and renews it when the server asks. Any clientset with LeaseCandidates can be used; the compiler infers the types of its clients.
func NewCandidate[S ClientsetOf[G, C], G CandidatesOf[C], C CandidateClient]( //nolint:revive // the drop-in signature
	clientset S, candidateNamespace, candidateName, targetLease, binaryVersion, emulationVersion string, strategy coordinationv1.CoordinatedLeaseStrategy,
) (*LeaseCandidate, CacheSyncWaiter, error) {
	client := clientset.CoordinationV1beta1().LeaseCandidates(candidateNamespace)
	only := fields.OneTermEqualSelector("metadata.name", candidateName).String()
	source := &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			options.FieldSelector = only
			return client.List(ctx, options)
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.FieldSelector = only
			return client.Watch(ctx, options)
		},
	}
	c := &LeaseCandidate{
		client:   client,
		informer: cache.NewSharedIndexInformer(cache.ToListWatcherWithWatchListSemantics(source, clientset), &coordinationv1beta1.LeaseCandidate{}, renewPeriod, cache.Indexers{}),
		queue: workqueue.NewTypedRateLimitingQueueWithConfig(workqueue.DefaultTypedControllerRateLimiter[int](),
			workqueue.TypedRateLimitingQueueConfig[int]{Name: "leasecandidate"}),
		clock: clock.RealClock{},
		object: coordinationv1beta1.LeaseCandidate{
			ObjectMeta: metav1.ObjectMeta{Namespace: candidateNamespace, Name: candidateName},
			Spec: coordinationv1beta1.LeaseCandidateSpec{
				LeaseName: targetLease, BinaryVersion: binaryVersion, EmulationVersion: emulationVersion, Strategy: strategy,
			},
		},
	}
	_, err := c.informer.AddEventHandler(cache.ResourceEventHandlerFuncs{UpdateFunc: func(_, obj interface{}) {
		if candidate, ok := obj.(*coordinationv1beta1.LeaseCandidate); ok && isAsked(candidate) {
			c.queue.Add(0)
		}
	}, DeleteFunc: func(interface{}) { c.queue.Add(0) }})
	if err != nil {
		return nil, nil, err
	}
	return c, c, nil
}

// isAsked reports whether the server has asked for a renewal since the candidate was last renewed.
func isAsked(candidate *coordinationv1beta1.LeaseCandidate) bool {
	asked, renewed := candidate.Spec.PingTime, candidate.Spec.RenewTime
	return asked != nil && (renewed == nil || asked.After(renewed.Time))
}

// WaitForCacheSync waits until the candidate has read its object, or until stopCh is closed.
func (c *LeaseCandidate) WaitForCacheSync(stopCh <-chan struct{}) map[reflect.Type]bool {
	return map[reflect.Type]bool{reflect.TypeFor[*coordinationv1beta1.LeaseCandidate](): cache.WaitForCacheSync(stopCh, c.informer.HasSynced)}
}

// Run keeps the object until the context ends. It can be called once.
func (c *LeaseCandidate) Run(ctx context.Context) {
	ctx = klog.NewContext(ctx, klog.LoggerWithName(klog.FromContext(ctx), "leasecandidate"))
	var running sync.WaitGroup
	defer running.Wait()
	defer c.queue.ShutDown()
	running.Go(func() { c.informer.RunWithContext(ctx) })
	if !cache.WaitForCacheSync(ctx.Done(), c.informer.HasSynced) {
		return
	}
	c.queue.Add(0)
	running.Go(func() {
		for c.next(ctx) {
		}
	})
	<-ctx.Done()
}

// next renews the object once, and returns false when the queue is shut down.
func (c *LeaseCandidate) next(ctx context.Context) bool {
	item, shutdown := c.queue.Get()
	if shutdown {
		return false
	}
	defer c.queue.Done(item)
	if err := c.ensure(ctx); err != nil {
		utilruntime.HandleErrorWithContext(ctx, err, "Failed to ensure the lease candidate")
		c.queue.AddRateLimited(item)
		return true
	}
	c.queue.Forget(item)
	c.queue.AddAfter(item, renewPeriod)
	return true
}

// ensure creates the object, or renews it.
func (c *LeaseCandidate) ensure(ctx context.Context) error {
	now := &metav1.MicroTime{Time: c.clock.Now()}
	known, exists, err := c.informer.GetStore().GetByKey(c.object.Namespace + "/" + c.object.Name)
	if err != nil {
		return err
	}
	candidate, ok := known.(*coordinationv1beta1.LeaseCandidate)
	if !exists || !ok {
		candidate = c.object.DeepCopy()
		candidate.Spec.RenewTime = now
		_, err = c.client.Create(ctx, candidate, metav1.CreateOptions{})
		return err
	}
	candidate = candidate.DeepCopy()
	if isAsked(candidate) && candidate.Spec.PingTime.After(now.Time) {
		now = candidate.Spec.PingTime // the server's clock is ahead; it would not accept an earlier time
	}
	candidate.Spec.RenewTime = now
	_, err = c.client.Update(ctx, candidate, metav1.UpdateOptions{})
	return err
}
