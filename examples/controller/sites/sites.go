// Package sites is what both controllers of this example do for a site.
package sites

import (
	"context"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	apply "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/informers/externalversions"
	listers "github.com/typewright/typewright/generated/listers/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/record"
)

// Name is the name of the controller, of its election and of its field manager.
const Name = "site-controller"

// Finalizer keeps a site until its robots are gone.
const Finalizer = "fleet.typewright.dev/robots"

// New makes a controller on the informers of a factory, and returns what reconciles until its context ends.
type New func(factory externalversions.SharedInformerFactory, keeper Keeper) (work func(ctx context.Context) error, err error)

// Keeper keeps the status of sites: how many robots work there. Before a site goes, it deletes its robots.
type Keeper struct {
	Client versioned.Interface
	Events record.EventRecorder
	Robots listers.RobotLister
}

// Reconcile brings a site to the state that it should have. It may change site.
func (k *Keeper) Reconcile(ctx context.Context, site *v1beta1.Site) error {
	robots, err := k.Robots.List(labels.Everything())
	if err != nil {
		return fmt.Errorf("list robots: %w", err)
	}
	robots = slices.DeleteFunc(robots, func(r *v1beta1.Robot) bool { return r.Spec.SiteName != site.Name })
	api := k.Client.FleetV1beta1()
	held := slices.Contains(site.Finalizers, Finalizer)
	switch {
	case site.DeletionTimestamp == nil && !held:
		site.Finalizers = append(site.Finalizers, Finalizer)
		_, err = api.Sites().Update(ctx, site, metav1.UpdateOptions{}) // the change brings the site back
	case site.DeletionTimestamp == nil && int(site.Status.Robots) != len(robots):
		status := apply.SiteStatus().WithRobots(int32(len(robots))) //nolint:gosec // not that many
		_, err = api.Sites().ApplyStatus(ctx, apply.Site(site.Name).WithStatus(status), metav1.ApplyOptions{FieldManager: Name, Force: true})
		k.Events.Eventf(site, corev1.EventTypeNormal, "Counted", "%d robots work here", len(robots))
	case site.DeletionTimestamp != nil && len(robots) > 0:
		for _, robot := range robots {
			if err := api.Robots(robot.Namespace).Delete(ctx, robot.Name, metav1.DeleteOptions{}); err != nil {
				return err
			}
		}
	case site.DeletionTimestamp != nil && held:
		site.Finalizers = slices.DeleteFunc(site.Finalizers, func(name string) bool { return name == Finalizer })
		_, err = api.Sites().Update(ctx, site, metav1.UpdateOptions{})
		k.Events.Event(site, corev1.EventTypeNormal, "Cleared", "the last robot has gone")
	}
	return err
}
