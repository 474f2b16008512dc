package fakes

import (
	"testing"

	"go.uber.org/goleak"

	fleetv1beta1 "github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/runtime/cache"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// handler sends the names of added robots.
func handler(seen chan<- string) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{AddFunc: func(obj any) {
		if robot, ok := obj.(*fleetv1beta1.Robot); ok {
			seen <- robot.Name
		}
	}}
}
