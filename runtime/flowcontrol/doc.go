// Package flowcontrol limits rates: token buckets for requests, and exponential backoff after failures. The names are
// those of client-go's util/flowcontrol; golang.org/x/time/rate does the work.
//
//	config.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(50, 100) // requests a second, and at once
//	backoff := flowcontrol.NewBackOff(time.Second, time.Minute)
//	backoff.Next("host", time.Now())
package flowcontrol
