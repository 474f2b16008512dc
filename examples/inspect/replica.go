package main

import (
	"context"
	"fmt"
	"time"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/sharding"
)

// join makes this process a replica of the controller, and one beside it that only takes its share. leave waits until both have left,
// after ctx has ended.
func join(ctx context.Context, server *apitest.Server) (members *sharding.Membership, leave func(), err error) {
	leases, err := sharding.NewLeases(server.Config(), "default")
	if err != nil {
		return nil, nil, err
	}
	other, err := sharding.Join(ctx, leases, sharding.Options{Group: "charger", Identity: "charger-1"})
	if err != nil {
		return nil, nil, err
	}
	members, err = sharding.Join(ctx, leases, sharding.Options{Group: "charger", Identity: "charger-0"})
	if err != nil {
		return nil, nil, err // other leaves when the caller ends ctx
	}
	return members, func() { members.Wait(); other.Wait() }, nil
}

// charge fails for the robots without a battery, and looks at the others again later.
func charge(_ context.Context, robot *v1beta1.Robot) (controller.Result, error) {
	if robot.Labels["battery"] != "true" {
		return controller.Result{}, fmt.Errorf("robot %s has no battery", robot.Name)
	}
	return controller.Result{RequeueAfter: time.Minute}, nil
}
