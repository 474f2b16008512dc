// Command generics uses clients as type arguments, and as arguments of generic functions of other packages.
package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

type getter[T any] interface {
	Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error)
}

func get[T any, C getter[T]](ctx context.Context, client C) {
	_, _ = client.Get(ctx, "a", metav1.GetOptions{}) // needs get robots; get sites
}

type cell[T any] struct{ client getter[T] }

func (c cell[T]) look(ctx context.Context) {
	_, _ = c.client.Get(ctx, "a", metav1.GetOptions{}) // needs get robots
}

func main() {
	ctx := context.Background()
	api := versioned.NewForConfigOrDie(&rest.Config{}).FleetV1beta1()
	get[*v1beta1.Robot](ctx, api.Robots(""))
	get[*v1beta1.Site](ctx, api.Sites())
	cell[*v1beta1.Robot]{api.Robots("")}.look(ctx)
	for range typed.All[*v1beta1.Robot](ctx, api.Robots(""), metav1.ListOptions{}) { // needs list robots
		return
	}
}
