// Command namespaces works in namespaces that are constants, and in others.
package main

import (
	"context"
	"flag"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/rest"
)

const north = "north"

type options struct{ fixed, flagged string }

type program struct {
	client versioned.Interface
	robots fleet.RobotInterface
}

func (p program) in(namespace string) fleet.RobotInterface {
	return p.client.FleetV1beta1().Robots(namespace)
}

func main() {
	ctx := context.Background()
	var o options
	o.fixed = "south"
	flag.StringVar(&o.flagged, "namespace", "east", "")
	flag.Parse()
	p := program{client: versioned.NewForConfigOrDie(&rest.Config{})}
	p.robots = p.client.FleetV1beta1().Robots(north)
	_, _ = p.robots.Get(ctx, "a", metav1.GetOptions{})                                              // needs get robots in namespace north
	_, _ = p.in("south").List(ctx, metav1.ListOptions{})                                            // needs list robots in namespace south; list robots in namespace west
	_, _ = p.in("west").List(ctx, metav1.ListOptions{})                                             // needs list robots in namespace south; list robots in namespace west
	_ = p.client.FleetV1beta1().Robots(o.fixed).Delete(ctx, "a", metav1.DeleteOptions{})            // needs delete robots in namespace south
	_, _ = p.client.FleetV1beta1().Robots(o.flagged).Watch(ctx, metav1.ListOptions{})               // needs watch robots
	_, _ = p.client.FleetV1beta1().Robots(os.Getenv("NS")).Create(ctx, nil, metav1.CreateOptions{}) // needs create robots
	_, _ = p.client.FleetV1beta1().Robots("").List(ctx, metav1.ListOptions{})                       // needs list robots
}
