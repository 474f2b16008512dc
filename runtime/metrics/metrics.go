package metrics

import (
	"context"
	"net/url"
	"time"
)

// The methods of these metrics are called concurrently, and during the request that they measure: they must be fast.
type (
	// DurationMetric observes a duration.
	DurationMetric interface {
		Observe(duration time.Duration)
	}
	// ExpiryMetric is set to an expiry, or nil if there is none.
	ExpiryMetric interface {
		Set(expiry *time.Time)
	}
	// LatencyMetric observes a duration in a request with the verb to u. In u, {name} and {namespace} replace names in
	// the path, and {value} replaces all values of the query.
	LatencyMetric interface {
		Observe(ctx context.Context, verb string, u url.URL, latency time.Duration)
	}
	// ResolverLatencyMetric observes the duration of the DNS lookup of a host.
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
	// CallsMetric counts runs of exec plugins by exit code and by status: no_error, plugin_execution_error,
	// plugin_not_found_error, client_internal_error.
	CallsMetric interface {
		Increment(exitCode int, callStatus string)
	}
	// PolicyCallsMetric counts decisions about exec plugins: allowed, denied.
	PolicyCallsMetric interface {
		Increment(status string)
	}
	// RetryMetric counts retries of requests, by the status code of the response.
	RetryMetric interface {
		IncrementRetry(ctx context.Context, code string, method string, host string)
	}
	// TransportCacheMetric observes the number of connection pools.
	TransportCacheMetric interface {
		Observe(value int)
	}
	// TransportCreateCallsMetric counts requests for a connection pool: hit, miss, miss-gc (there was one, but without
	// users). client-go also counts those that it cannot share as uncacheable.
	TransportCreateCallsMetric interface {
		Increment(result string)
	}
	// TransportCAReloadsMetric counts checks of a CA file by result (success, failure) and reason (unchanged, updated,
	// read_error, empty, ca_parse_error).
	TransportCAReloadsMetric interface {
		Increment(result, reason string)
	}
	// TransportCertRotationGCCallsMetric counts pools with a rotating client certificate that were removed after their
	// last user.
	TransportCertRotationGCCallsMetric interface {
		Increment()
	}
	// TransportCacheGCCallsMetric counts pools after their last user: deleted, or skipped if another pool has replaced
	// them.
	TransportCacheGCCallsMetric interface {
		Increment(result string)
	}
)

// Enabled reports whether the program registered metric, one of this package's variables. If not, do not compute values
// for it.
func Enabled(metric any) bool {
	_, nobody := metric.(interface{ nobody() })
	return !nobody
}
