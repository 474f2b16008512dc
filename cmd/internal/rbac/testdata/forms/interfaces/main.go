// Command interfaces uses clients through interfaces of its own.
package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
)

// deleter has what clients of all kinds have.
type deleter interface {
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

type robotGetter interface {
	Get(ctx context.Context, name string, opts metav1.GetOptions) (*v1beta1.Robot, error)
	Create(ctx context.Context, robot *v1beta1.Robot, opts metav1.CreateOptions) (*v1beta1.Robot, error)
}

// wrapped counts; its other methods are those of the client.
type wrapped struct {
	fleet.RobotInterface

	deleted int
}

func (w *wrapped) Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error {
	w.deleted++
	return w.RobotInterface.Delete(ctx, name, opts) // needs delete robots
}

type keeper struct{ sites, robots deleter }

func (k keeper) run(ctx context.Context) {
	_ = k.sites.Delete(ctx, "a", metav1.DeleteOptions{}) // needs delete sites
	_, _ = k.robots.Watch(ctx, metav1.ListOptions{})     // needs watch robots
}

func show(ctx context.Context, robots robotGetter) {
	_, _ = robots.Get(ctx, "a", metav1.GetOptions{}) // needs get robots
}

func main() {
	ctx := context.Background()
	api := versioned.NewForConfigOrDie(&rest.Config{}).FleetV1beta1()
	keeper{sites: api.Sites(), robots: &wrapped{RobotInterface: api.Robots("")}}.run(ctx)
	show(ctx, api.Robots(""))
	var untyped any = deleter(api.Sites())
	if d, ok := untyped.(interface {
		Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	}); ok {
		_, _ = d.Watch(ctx, metav1.ListOptions{}) // needs watch robots; watch sites
	}
	var d deleter = &wrapped{RobotInterface: api.Robots("")}
	_ = d.Delete(ctx, "a", metav1.DeleteOptions{})
}
