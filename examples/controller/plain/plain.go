// Package plain is a controller of sites on informers and a queue.
package plain

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/generated/informers/externalversions"
	informers "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/workqueue"
)

type controller struct {
	factory externalversions.SharedInformerFactory
	keeper  sites.Keeper
	queue   workqueue.TypedRateLimitingInterface[string]
}

// New fills a queue from the informers of a factory, and returns what works on it until its context ends.
func New(factory externalversions.SharedInformerFactory, keeper sites.Keeper) (work func(context.Context) error, err error) {
	keeper.Robots = factory.Fleet().V1beta1().Robots().Lister()
	limiter := workqueue.DefaultTypedControllerRateLimiter[string]()
	named := workqueue.TypedRateLimitingQueueConfig[string]{Name: sites.Name}
	c := &controller{factory, keeper, workqueue.NewTypedRateLimitingQueueWithConfig(limiter, named)}
	_, err = factory.Fleet().V1beta1().Sites().TypedInformer().AddTypedEventHandler(informers.SiteHandlerFuncs{
		AddFunc:    func(s *v1beta1.Site) { c.queue.Add(s.Name) },
		UpdateFunc: func(_, s *v1beta1.Site) { c.queue.Add(s.Name) },
	})
	if err != nil {
		return nil, err
	}
	_, err = factory.Fleet().V1beta1().Robots().TypedInformer().AddTypedEventHandler(informers.RobotHandlerFuncs{
		AddFunc:    func(r *v1beta1.Robot) { c.queue.Add(r.Spec.SiteName) },
		UpdateFunc: func(before, r *v1beta1.Robot) { c.queue.Add(before.Spec.SiteName); c.queue.Add(r.Spec.SiteName) },
		DeleteFunc: func(r informers.DeletedRobot) {
			if r.OptionalObj != nil {
				c.queue.Add(r.OptionalObj.Spec.SiteName)
			}
		},
	})
	return c.work, err
}

// work reconciles until ctx ends, and returns when what is in progress has ended.
func (c *controller) work(ctx context.Context) error {
	if err := c.factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, c.queue.ShutDown)()
	var workers sync.WaitGroup
	for range 2 {
		workers.Go(func() {
			for key, shutdown := c.queue.Get(); !shutdown; key, shutdown = c.queue.Get() {
				if err := c.reconcile(ctx, key); err != nil && ctx.Err() == nil {
					klog.FromContext(ctx).Error(err, "Reconcile failed", "site", key)
					c.queue.AddRateLimited(key)
				} else {
					c.queue.Forget(key)
				}
				c.queue.Done(key)
			}
		})
	}
	workers.Wait()
	return nil
}

func (c *controller) reconcile(ctx context.Context, key string) error {
	site, err := c.factory.Fleet().V1beta1().Sites().Lister().Get(key)
	switch {
	case ctx.Err() != nil || apierrors.IsNotFound(err):
		return nil //nolint:nilerr // there is nothing left to do
	case err != nil:
		return fmt.Errorf("get site %s: %w", key, err)
	}
	return c.keeper.Reconcile(ctx, site.DeepCopy())
}
