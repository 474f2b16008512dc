package flowcontrol_test

import (
	"context"
	"fmt"
	"time"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

func ExampleNewTokenBucketRateLimiter() {
	limiter := flowcontrol.NewTokenBucketRateLimiter(10, 2)
	fmt.Println(limiter.TryAccept(), limiter.TryAccept(), limiter.TryAccept())
	fmt.Println(limiter.Wait(context.Background())) // about a tenth of a second later
	// Output:
	// true true false
	// <nil>
}

func ExampleNewBackOff() {
	backoff := flowcontrol.NewBackOff(time.Second, time.Minute)
	for range 3 {
		backoff.Next("node-1", time.Now())
		fmt.Println(backoff.Get("node-1"))
	}
	// Output:
	// 1s
	// 2s
	// 4s
}
