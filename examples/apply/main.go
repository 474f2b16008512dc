// Apply changes objects by server-side apply: each program says which fields it wants, the server remembers whose they are, and two
// programs that want different things have a conflict:
//
//	go run ./examples/apply
//
// It talks to an API server in this process and ends by itself.
package main

import (
	"context"
	"fmt"
	"log"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/applyconfiguration"
	fleet "github.com/typewright/typewright/generated/applyconfiguration/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

func main() {
	server, err := apitest.New(apitest.Options{
		Scheme: scheme.Scheme, Resources: fake.Resources(), TypeConverter: applyconfiguration.NewTypeConverter(scheme.Scheme),
	})
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

	// The planner creates the robot. To change it later, it applies all that it wants again: what it leaves out goes.
	planned := fleet.Robot("ada", "default").WithSpec(fleet.RobotSpec().WithModel("carrier-2").WithSiteName("north").WithZones("a", "b"))
	if _, err := robots.Apply(ctx, planned, metav1.ApplyOptions{FieldManager: "planner"}); err != nil {
		return err
	}
	// The guard adds fields of its own. Zones are a set, so both have their members in it.
	guarded := fleet.Robot("ada", "default").WithSpec(fleet.RobotSpec().WithPaused(true).WithZones("c"))
	ada, err := robots.Apply(ctx, guarded, metav1.ApplyOptions{FieldManager: "guard"})
	if err != nil {
		return err
	}
	fmt.Printf("site %s, paused %v, zones %v\n", ada.Spec.SiteName, ada.Spec.Paused, ada.Spec.Zones)

	// A field that another manager owns, with another value, is a conflict: nothing changes, and the error says whose it is.
	guarded.Spec.WithSiteName("south")
	_, err = robots.Apply(ctx, guarded, metav1.ApplyOptions{FieldManager: "guard"})
	if !apierrors.IsConflict(err) {
		return fmt.Errorf("want a conflict, got %w", err)
	}
	fmt.Println(err)

	// There are three ways out: leave the field to its owner; want the owner's value too; or, if this program is to decide, take the
	// field over. Controllers force, since what they apply is their business. Programs that people run should ask first.
	ada, err = robots.Apply(ctx, guarded, metav1.ApplyOptions{FieldManager: "guard", Force: true})
	if err != nil {
		return err
	}
	fmt.Printf("site %s by force\n", ada.Spec.SiteName)

	// To give fields back, read what this manager has applied, take them out, and apply the rest. The zone goes; the pause stays.
	mine, err := fleet.ExtractRobot(ada, "guard")
	if err != nil {
		return err
	}
	mine.Spec.Zones = nil
	ada, err = robots.Apply(ctx, mine, metav1.ApplyOptions{FieldManager: "guard"})
	if err != nil {
		return err
	}
	fmt.Printf("site %s, paused %v, zones %v\n", ada.Spec.SiteName, ada.Spec.Paused, ada.Spec.Zones)
	return nil
}
