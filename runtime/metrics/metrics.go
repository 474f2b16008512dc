package metrics

import (
	"context"
	"net/url"
	"time"
)

// The metrics below are called by many goroutines at once, and within the request that they measure: they must be quick.
type (
	// DurationMetric observes a duration.
	DurationMetric interface {
		Observe(duration time.Duration)
	}
	// ExpiryMetric is set to the time when something ends, nil when it never does.
	ExpiryMetric interface {
		Set(expiry *time.Time)
	}
	// LatencyMetric observes how long something took in a request with the verb to u, in whose path names stand as
	// {name} and {namespace}, and in whose query every value as {value}.
	LatencyMetric interface {
		Observe(ctx context.Context, verb string, u url.URL, latency time.Duration)
	}
	// ResolverLatencyMetric observes how long it took to find the addresses of a host.
	ResolverLatencyMetric interface {
		Observe(ctx context.Context, host string, latency time.Duration)
	}
	// SizeMetric observes the size of a body in bytes.
	SizeMetric interface {
		Observe(ctx context.Context, verb string, host string, size float64)
	}
	// ResultMetric counts attempts by the status of the answer, "<error>" where there was none.
	ResultMetric interface {
		Increment(ctx context.Context, code string, method string, host string)
	}
	// CallsMetric counts runs of exec plugins by exit code and by how the run ended: no_error, plugin_execution_error,
	// plugin_not_found_error, client_internal_error.
	CallsMetric interface {
		Increment(exitCode int, callStatus string)
	}
	// PolicyCallsMetric counts decisions about exec plugins: allowed, denied.
	PolicyCallsMetric interface {
		Increment(status string)
	}
	// RetryMetric counts attempts after the first of a request, by the status of the answer.
	RetryMetric interface {
		IncrementRetry(ctx context.Context, code string, method string, host string)
	}
	// TransportCacheMetric observes how many connection pools the process holds.
	TransportCacheMetric interface {
		Observe(value int)
	}
	// TransportCreateCallsMetric counts requests for a connection pool: hit, miss, miss-gc (there was one, nobody used
	// it any more). client-go also counts those that it cannot share as uncacheable.
	TransportCreateCallsMetric interface {
		Increment(result string)
	}
	// TransportCAReloadsMetric counts looks at a CA file by result (success, failure) and reason (unchanged, updated,
	// read_error, empty, ca_parse_error).
	TransportCAReloadsMetric interface {
		Increment(result, reason string)
	}
	// TransportCertRotationGCCallsMetric counts pools with a rotating client certificate that went with their last user.
	TransportCertRotationGCCallsMetric interface {
		Increment()
	}
	// TransportCacheGCCallsMetric counts pools that went with their last user: deleted, or skipped where another pool
	// had taken the place.
	TransportCacheGCCallsMetric interface {
		Increment(result string)
	}
)

// Enabled reports whether metric, one of this package's variables, was registered by the program: whether it is worth
// while to compute what it would observe.
func Enabled(metric any) bool {
	_, nobody := metric.(interface{ nobody() })
	return !nobody
}
