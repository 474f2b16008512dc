// Package small is the controller of package plain, on runtime/controller.
package small

import (
	"context"
	"time"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/rest"
)

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
	keeper := &sites.Keeper{Client: client, Robots: fleet.Robots().Lister(), Events: events}
	reconcile := func(ctx context.Context, site *v1beta1.Site) (controller.Result, error) {
		return controller.Result{}, keeper.Reconcile(ctx, site)
	}
	siteOf := func(robot *v1beta1.Robot) []cache.ObjectName { return []cache.ObjectName{{Name: robot.Spec.SiteName}} }
	c, err := controller.New(factory, reconcile, controller.Options[*v1beta1.Site]{
		Name:    sites.Name,
		For:     fleet.Sites().TypedInformer(),
		Watches: []controller.Watch{controller.Maps(fleet.Robots().TypedInformer(), siteOf)},
		Workers: 2,
	})
	if err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	return sites.Lead(ctx, config, identity, c.Run)
}
