// Package typedfake is the generic core that generated fake clients instantiate, as package typed is for real clients:
// every call is an action of a [testing.Fake], whose reactors respond.
//
//	type fakeRobots struct {
//		*typedfake.ApplyClient[*fleetv1.Robot, *fleetv1.RobotList, *applyfleetv1.RobotApplyConfiguration]
//		Fake *FakeFleetV1
//	}
//
//	func (c *fakeRobots) GetScale(ctx context.Context, robotName string, options metav1.GetOptions) (*autoscalingv1.Scale, error) {
//		return typedfake.SubresourceGet[autoscalingv1.Scale](ctx, c.At(robotName, "scale"), options)
//	}
//
// As with client-go's generated fakes, contexts have no effect, and List selects by labels but not by fields. With or
// without an error, a client returns nil only if a reactor does.
package typedfake
