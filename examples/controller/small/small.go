// Package small is the controller of package plain, on runtime/controller.
package small

import (
	"context"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/examples/controller/sites"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
)

// New returns what reconciles the sites of a factory until its context ends.
func New(factory externalversions.SharedInformerFactory, keeper sites.Keeper) (work func(context.Context) error, err error) {
	fleet := factory.Fleet().V1beta1()
	keeper.Robots = fleet.Robots().Lister()
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
		return nil, err
	}
	return c.Run, nil
}
