// Package plain is a controller of sites on informers and a queue.
package plain

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	informers "github.com/typewright/typewright/generated/informers/externalversions/fleet/v1beta1"
	listers "github.com/typewright/typewright/generated/listers/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/workqueue"
)

type controller struct {
	sites.Keeper

	sites listers.SiteLister
	queue workqueue.TypedRateLimitingInterface[string]
}

// Run runs a replica until ctx ends.
func Run(ctx context.Context, config *rest.Config, identity string) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	events, stop, err := sites.NewRecorder(config)
	if err != nil {
		return err
	}
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	factory := externalversions.NewSharedInformerFactory(client, 10*time.Minute)
	defer factory.Shutdown()
	defer cancel()
	fleet := factory.Fleet().V1beta1()
	c := &controller{sites.Keeper{Client: client, Robots: fleet.Robots().Lister(), Events: events}, fleet.Sites().Lister(), nil}
	if err := c.follow(fleet); err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	if err := factory.WaitForCacheSyncWithContext(ctx).AsError(); err != nil {
		return err
	}
	return sites.Lead(ctx, config, identity, c.work)
}

// follow fills the queue, also while another replica leads.
func (c *controller) follow(fleet informers.Interface) error {
	limiter := workqueue.DefaultTypedControllerRateLimiter[string]()
	c.queue = workqueue.NewTypedRateLimitingQueueWithConfig(limiter, workqueue.TypedRateLimitingQueueConfig[string]{Name: sites.Name})
	_, err := fleet.Sites().TypedInformer().AddTypedEventHandler(informers.SiteHandlerFuncs{
		AddFunc:    func(s *v1beta1.Site) { c.queue.Add(s.Name) },
		UpdateFunc: func(_, s *v1beta1.Site) { c.queue.Add(s.Name) },
	})
	if err != nil {
		return err
	}
	_, err = fleet.Robots().TypedInformer().AddTypedEventHandler(informers.RobotHandlerFuncs{
		AddFunc:    func(r *v1beta1.Robot) { c.queue.Add(r.Spec.SiteName) },
		UpdateFunc: func(before, r *v1beta1.Robot) { c.queue.Add(before.Spec.SiteName); c.queue.Add(r.Spec.SiteName) },
		DeleteFunc: func(r informers.DeletedRobot) {
			if r.OptionalObj != nil {
				c.queue.Add(r.OptionalObj.Spec.SiteName)
			}
		},
	})
	return err
}

// work reconciles until ctx ends.
func (c *controller) work(ctx context.Context) error {
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
	site, err := c.sites.Get(key)
	switch {
	case ctx.Err() != nil || apierrors.IsNotFound(err):
		return nil //nolint:nilerr // there is nothing left to do
	case err != nil:
		return fmt.Errorf("get site %s: %w", key, err)
	}
	return c.Reconcile(ctx, site.DeepCopy())
}
