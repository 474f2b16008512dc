package metrics_test

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/typewright/typewright/runtime/metrics"
)

// latencies would be a histogram of a metrics library.
type latencies struct{}

func (latencies) Observe(_ context.Context, verb string, u url.URL, latency time.Duration) {
	fmt.Println(verb, u.Path, latency)
}

// A program registers what it wants to know before it makes its first client. Tests of this module's own packages call
// the metric themselves, as here.
func ExampleRegister() {
	metrics.Register(metrics.RegisterOpts{RequestLatency: latencies{}})
	latencies{}.Observe(context.Background(), "GET", url.URL{Path: "/api/v1/namespaces/{namespace}/pods/{name}"}, time.Second)
	// Output: GET /api/v1/namespaces/{namespace}/pods/{name} 1s
}
