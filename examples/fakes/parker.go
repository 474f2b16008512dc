package fakes

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/runtime/retry"
)

// Park pauses all robots of a site and returns how many it has paused.
func Park(ctx context.Context, client versioned.Interface, namespace, site string) (int, error) {
	robots := client.FleetV1beta1().Robots(namespace)
	list, err := robots.List(ctx, metav1.ListOptions{LabelSelector: "site=" + site})
	if err != nil {
		return 0, fmt.Errorf("list the robots of %s: %w", site, err)
	}
	parked := 0
	for i := range list.Items {
		name := list.Items[i].Name
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			robot, err := robots.Get(ctx, name, metav1.GetOptions{})
			if err != nil || robot.Spec.Paused {
				return err
			}
			robot.Spec.Paused = true
			_, err = robots.Update(ctx, robot, metav1.UpdateOptions{})
			if err == nil {
				parked++
			}
			return err
		})
		if err != nil {
			return parked, fmt.Errorf("pause %s: %w", name, err)
		}
	}
	return parked, nil
}
