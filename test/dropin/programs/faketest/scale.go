// Package faketest has a function that uses a clientset, and tests of it with a fake clientset.
package faketest

import (
	"context"
	"fmt"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
)

// ScaleDown sets the replicas of every deployment of a namespace that matches the selector to zero, and stores the
// previous number in an annotation.
func ScaleDown(ctx context.Context, client kubernetes.Interface, namespace, selector string) (scaled []string, err error) {
	deployments := client.AppsV1().Deployments(namespace)
	list, err := deployments.List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, fmt.Errorf("list deployments: %w", err)
	}
	for _, item := range list.Items {
		if item.Spec.Replicas != nil && *item.Spec.Replicas == 0 {
			continue
		}
		err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
			d, err := deployments.Get(ctx, item.Name, metav1.GetOptions{})
			if err != nil {
				return err
			}
			before := int32(1)
			if d.Spec.Replicas != nil {
				before = *d.Spec.Replicas
			}
			if d.Annotations == nil {
				d.Annotations = map[string]string{}
			}
			d.Annotations["replicas-before"] = strconv.Itoa(int(before))
			zero := int32(0)
			d.Spec.Replicas = &zero
			_, err = deployments.Update(ctx, d, metav1.UpdateOptions{})
			return err
		})
		if err != nil {
			return scaled, fmt.Errorf("scale %s: %w", item.Name, err)
		}
		scaled = append(scaled, item.Name)
	}
	return scaled, nil
}
