// Package library exports functions for programs that it does not know.
package library

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
)

// Keeper is exported, and so is its method.
type Keeper struct{ Robots fleet.RobotInterface }

// Clean deletes.
func (k *Keeper) Clean(ctx context.Context, namespace string) error {
	return k.Robots.Delete(ctx, namespace, metav1.DeleteOptions{}) // needs delete robots
}

// Deleter is a client of someone else's.
type Deleter interface {
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
}

// Purge deletes.
func Purge(ctx context.Context, d Deleter) error {
	return d.Delete(ctx, "a", metav1.DeleteOptions{}) // open: client behind an interface: Delete
}

// Look reads.
func Look(ctx context.Context, client versioned.Interface, namespace string) {
	_, _ = client.FleetV1beta1().Robots(namespace).Get(ctx, "a", metav1.GetOptions{}) // needs get robots
	helper(ctx, client)
}

func helper(ctx context.Context, client versioned.Interface) {
	_, _ = client.FleetV1beta1().Robots("north").List(ctx, metav1.ListOptions{}) // needs list robots in namespace north
}

func unused(ctx context.Context, client versioned.Interface) {
	_, _ = client.FleetV1beta1().Sites().List(ctx, metav1.ListOptions{})
}

var _ = func() int { return 0 }
