// Package typedfake is the generic core that generated fake clients instantiate, as package typed is that of the real ones:
// every call becomes an action of a [testing.Fake], whose reactors answer.
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
// As with the clients that client-go's generators emit, contexts have no effect, and List selects by labels but not by
// fields. What a client returns is never nil unless a reactor says so, errors or not.
package typedfake
