// Command unused has code that cannot run.
package main

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/rest"
)

type step interface{ Do(ctx context.Context) }

// used and idle are both steps, but no idle is ever made.
type (
	used struct{ client versioned.Interface }
	idle struct{ client versioned.Interface }
)

func (u used) Do(ctx context.Context) {
	_, _ = u.client.FleetV1beta1().Robots("").Get(ctx, "a", metav1.GetOptions{}) // needs get robots
}

// Other is exported, and used is printed, but nobody calls it.
func (u used) Other(ctx context.Context) {
	_, _ = u.client.FleetV1beta1().Robots("").List(ctx, metav1.ListOptions{})
}

func (i idle) Do(ctx context.Context) {
	_ = i.client.FleetV1beta1().Robots("").Delete(ctx, "a", metav1.DeleteOptions{})
}

// Exported is not called.
func Exported(ctx context.Context, client versioned.Interface) {
	_ = client.FleetV1beta1().Sites().Delete(ctx, "a", metav1.DeleteOptions{})
}

func main() {
	var s step = used{versioned.NewForConfigOrDie(&rest.Config{})}
	s.Do(context.Background())
	fmt.Println(s)
}
