package sites

import (
	"context"
	"errors"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/leaderelection"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// NewRecorder returns a recorder of events, and what ends it.
func NewRecorder(config *rest.Config) (record.EventRecorder, func(), error) {
	client, err := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme).RESTClientFor(config)
	if err != nil {
		return nil, nil, err
	}
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(sink{client})
	return broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: Name}), broadcaster.Shutdown, nil
}

// sink is what generated/kubernetes has as EventSinkImpl, for a program that needs no other built-in group.
type sink struct{ client rest.Interface }

func (s sink) Create(e *corev1.Event) (*corev1.Event, error) { return send(s.client.Post(), e, e) }

func (s sink) Update(e *corev1.Event) (*corev1.Event, error) {
	return send(s.client.Put().Name(e.Name), e, e)
}

func (s sink) Patch(e *corev1.Event, patch []byte) (*corev1.Event, error) {
	return send(s.client.Patch(types.StrategicMergePatchType).Name(e.Name), e, patch)
}

func send(request *rest.Request, e *corev1.Event, body any) (*corev1.Event, error) {
	result := &corev1.Event{}
	return result, request.Namespace(e.Namespace).Resource("events").Body(body).Do(context.Background()).Into(result)
}

var errLost = errors.New("another replica leads, or the server does not answer")

// Lead calls work once this replica leads, with a context that ends when it leads no more, or with ctx. It gives the lead away only
// after work has returned.
func Lead(ctx context.Context, config *rest.Config, identity string, work func(context.Context) error) error {
	candidate := resourcelock.ResourceLockConfig{Identity: identity}
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, "default", Name, candidate, config, 10*time.Second)
	if err != nil {
		return err
	}
	var working sync.Mutex
	failed := errLost
	election, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(ctx, func() { // once work has returned
		working.Lock()
		defer working.Unlock()
		end()
	})()
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: lock, LeaseDuration: 15 * time.Second, RenewDeadline: 10 * time.Second, RetryPeriod: 2 * time.Second, ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(leading context.Context) {
				working.Lock()
				defer working.Unlock()
				defer end()
				leading, stop := context.WithCancel(leading)
				defer context.AfterFunc(ctx, stop)()
				if err := work(leading); err != nil {
					failed = err
				}
			},
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		return err
	}
	elector.Run(election)
	working.Lock()
	defer working.Unlock()
	if ctx.Err() != nil {
		return nil
	}
	return failed
}
