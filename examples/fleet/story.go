package main

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
)

// story changes the cluster and returns the number of changes to robots, each of which is one event:
// a site and three robots come, each robot reports its state a few times, and the last robot goes.
func story(ctx context.Context, client versioned.Interface) (int, error) {
	site := &v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "harbour"}, Spec: v1beta1.SiteSpec{Region: "north"}}
	if _, err := client.FleetV1beta1().Sites().Create(ctx, site, metav1.CreateOptions{}); err != nil {
		return 0, fmt.Errorf("create site %s: %w", site.Name, err)
	}
	writes := 0
	for _, name := range []string{"ada", "bo", "cyd"} {
		n, err := work(ctx, client, name)
		writes += n
		if err != nil {
			return writes, err
		}
	}
	robots := client.FleetV1beta1().Robots(namespace)
	if err := robots.Delete(ctx, "cyd", metav1.DeleteOptions{}); err != nil {
		return writes, fmt.Errorf("delete robot cyd: %w", err)
	}
	return writes + 1, nil
}

// work creates one robot and lets it report a few times.
func work(ctx context.Context, client versioned.Interface, name string) (writes int, err error) {
	robots := client.FleetV1beta1().Robots(namespace)
	robot, err := robots.Create(ctx, &v1beta1.Robot{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"crew": "night"}},
		Spec:       v1beta1.RobotSpec{Model: "carrier-2", SiteName: "harbour"},
	}, metav1.CreateOptions{})
	if err != nil {
		return 0, fmt.Errorf("create robot %s: %w", name, err)
	}
	writes = 1
	for _, charge := range []int32{100, 80, 60} {
		robot.Status.Phase = v1beta1.RobotWorking
		robot.Status.BatteryPercent = new(charge)
		if robot, err = robots.UpdateStatus(ctx, robot, metav1.UpdateOptions{}); err != nil {
			return writes, fmt.Errorf("report the state of robot %s: %w", name, err)
		}
		writes++
	}
	return writes, nil
}
