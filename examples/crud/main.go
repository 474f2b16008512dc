// Crud creates, reads, lists, changes and deletes objects through a generated client, and says what to do when two programs change
// the same object:
//
//	go run ./examples/crud
//
// It talks to an API server in this process and ends by itself. For a cluster, replace server.Config() by what
// clientcmd.BuildConfigFromFlags or rest.InClusterConfig returns.
package main

import (
	"context"
	"fmt"
	"log"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	fleet "github.com/typewright/typewright/generated/clientset/versioned/typed/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/retry"
	"github.com/typewright/typewright/runtime/typed"
)

func main() {
	server, err := apitest.New(apitest.Options{Scheme: scheme.Scheme, Resources: fake.Resources()})
	if err != nil {
		log.Fatal(err)
	}
	err = run(context.Background(), versioned.NewForConfigOrDie(server.Config()))
	server.Close()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client versioned.Interface) error {
	robots := client.FleetV1beta1().Robots("default")
	for _, name := range []string{"ada", "bo", "cy"} {
		robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1beta1.RobotSpec{Model: "carrier-2", SiteName: "north"}}
		if _, err := robots.Create(ctx, robot, metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create %s: %w", name, err)
		}
	}
	if err := moveTo(ctx, robots, "ada", "south"); err != nil {
		return err
	}
	// A patch says what to change, needs no read before it, and has no conflicts.
	patch := []byte(`{"spec": {"paused": true}}`)
	bo, err := robots.Patch(ctx, "bo", types.MergePatchType, patch, metav1.PatchOptions{})
	if err != nil {
		return fmt.Errorf("pause bo: %w", err)
	}
	fmt.Printf("bo is paused: %v\n", bo.Spec.Paused)

	// The precondition keeps a robot that was created again under the same name meanwhile.
	onlyThis := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &bo.UID}}
	if err := robots.Delete(ctx, "bo", onlyThis); err != nil {
		return fmt.Errorf("delete bo: %w", err)
	}
	_, err = robots.Get(ctx, "bo", metav1.GetOptions{})
	fmt.Printf("bo is gone: %v\n", apierrors.IsNotFound(err))

	// All lists page by page, here with one object in a page, and keeps one page in memory.
	for robot, err := range typed.All[*v1beta1.Robot](ctx, robots, metav1.ListOptions{Limit: 1}) {
		if err != nil {
			return fmt.Errorf("list robots: %w", err)
		}
		fmt.Printf("%s works in %s\n", robot.Name, robot.Spec.SiteName)
	}
	return nil
}

// moveTo changes an object that others change too: an update of an old version is a conflict, and starts again from a fresh read.
func moveTo(ctx context.Context, robots fleet.RobotInterface, name, site string) error {
	tries := 0
	err := retry.RetryOnConflictWithContext(ctx, retry.DefaultRetry, func(ctx context.Context) error {
		robot, err := robots.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if tries++; tries == 1 { // another program is faster than this one
			if _, err := robots.Patch(ctx, name, types.MergePatchType, []byte(`{"spec": {"paused": true}}`), metav1.PatchOptions{}); err != nil {
				return err
			}
		}
		robot.Spec.SiteName = site
		_, err = robots.Update(ctx, robot, metav1.UpdateOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("move %s to %s: %w", name, site, err)
	}
	fmt.Printf("%s moved at attempt %d\n", name, tries)
	return nil
}
