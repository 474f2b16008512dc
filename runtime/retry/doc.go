// Package retry retries functions, above all changes that conflict with a concurrent change of the same object. The
// names are those of client-go's util/retry.
//
//	err := retry.RetryOnConflictWithContext(ctx, retry.DefaultRetry, func(ctx context.Context) error {
//		robot, err := robots.Get(ctx, name, metav1.GetOptions{})
//		if err != nil {
//			return err
//		}
//		robot.Spec.Paused = true
//		_, err = robots.Update(ctx, robot, metav1.UpdateOptions{})
//		return err
//	})
package retry
