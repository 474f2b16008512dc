package metrics

import (
	"context"
	"net/url"
	"time"
)

// none marks the metrics that are not registered.
type none struct{}

func (none) nobody() {}

type (
	noDuration     struct{ none }
	noExpiry       struct{ none }
	noLatency      struct{ none }
	noHostLatency  struct{ none }
	noSize         struct{ none }
	noResult       struct{ none }
	noRetry        struct{ none }
	noExitCode     struct{ none }
	noCount        struct{ none }
	noValue        struct{ none }
	noReason       struct{ none }
	noPlainCounter struct{ none }
)

func (noDuration) Observe(time.Duration)                                  {}
func (noExpiry) Set(*time.Time)                                           {}
func (noLatency) Observe(context.Context, string, url.URL, time.Duration) {}
func (noHostLatency) Observe(context.Context, string, time.Duration)      {}
func (noSize) Observe(context.Context, string, string, float64)           {}
func (noResult) Increment(context.Context, string, string, string)        {}
func (noRetry) IncrementRetry(context.Context, string, string, string)    {}
func (noExitCode) Increment(int, string)                                  {}
func (noCount) Increment(string)                                          {}
func (noValue) Observe(int)                                               {}
func (noReason) Increment(string, string)                                 {}
func (noPlainCounter) Increment()                                         {}
