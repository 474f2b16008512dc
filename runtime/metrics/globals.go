package metrics

import "sync"

// The metrics of the process. [Register] sets them, clients call them.
var (
	// ClientCertExpiry is the earliest expiry of the client certificates from exec plugins.
	ClientCertExpiry ExpiryMetric = noExpiry{}
	// ClientCertRotationAge is the age of a client certificate when it was replaced.
	ClientCertRotationAge DurationMetric = noDuration{}
	// RequestLatency is the duration of a request, including retries and waits.
	RequestLatency LatencyMetric = noLatency{}
	// ResolverLatency is the duration of DNS lookups.
	ResolverLatency ResolverLatencyMetric = noHostLatency{}
	// RequestSize is the size of request bodies.
	RequestSize SizeMetric = noSize{}
	// ResponseSize is the size of response bodies, except those of streams and watches.
	ResponseSize SizeMetric = noSize{}
	// RateLimiterLatency is the time that a request waited for the client's rate limiter.
	RateLimiterLatency LatencyMetric = noLatency{}
	// RequestResult counts attempts.
	RequestResult ResultMetric = noResult{}
	// ExecPluginCalls counts runs of exec plugins.
	ExecPluginCalls CallsMetric = noExitCode{}
	// ExecPluginPolicyCalls counts decisions about exec plugins.
	ExecPluginPolicyCalls PolicyCallsMetric = noCount{}
	// RequestRetry counts retries of requests.
	RequestRetry RetryMetric = noRetry{}
	// TransportCacheEntries is the number of connection pools that may be shared.
	TransportCacheEntries TransportCacheMetric = noValue{}
	// TransportCreateCalls counts requests for a connection pool.
	TransportCreateCalls TransportCreateCallsMetric = noCount{}
	// TransportCAReloads counts checks of CA files for changes.
	TransportCAReloads TransportCAReloadsMetric = noReason{}
	// TransportCertRotationGCCalls counts pools with a rotating client certificate that were removed after their last
	// user.
	TransportCertRotationGCCalls TransportCertRotationGCCallsMetric = noPlainCounter{}
	// TransportCacheGCCalls counts pools that were removed after their last user.
	TransportCacheGCCalls TransportCacheGCCallsMetric = noCount{}
)

var (
	register sync.Once
	ensure   sync.Once
	onEnsure func()
)

// RegisterOpts are the metrics that a program sets; nil ones do not change.
type RegisterOpts struct {
	ClientCertExpiry             ExpiryMetric
	ClientCertRotationAge        DurationMetric
	RequestLatency               LatencyMetric
	ResolverLatency              ResolverLatencyMetric
	RequestSize                  SizeMetric
	ResponseSize                 SizeMetric
	RateLimiterLatency           LatencyMetric
	RequestResult                ResultMetric
	ExecPluginCalls              CallsMetric
	ExecPluginPolicyCalls        PolicyCallsMetric
	RequestRetry                 RetryMetric
	TransportCacheEntries        TransportCacheMetric
	TransportCreateCalls         TransportCreateCallsMetric
	TransportCAReloads           TransportCAReloadsMetric
	TransportCertRotationGCCalls TransportCertRotationGCCallsMetric
	TransportCacheGCCalls        TransportCacheGCCallsMetric

	// RegisterFn is called once, when the first client is created, for programs that register with a metrics library
	// only if they use a client; may be nil.
	RegisterFn func()
}

// Register sets the metrics of the process. Only the first call has an effect. It must precede the first client,
// because clients read the metrics without a lock.
func Register(opts RegisterOpts) {
	register.Do(func() {
		set(&ClientCertExpiry, opts.ClientCertExpiry)
		set(&ClientCertRotationAge, opts.ClientCertRotationAge)
		set(&RequestLatency, opts.RequestLatency)
		set(&ResolverLatency, opts.ResolverLatency)
		set(&RequestSize, opts.RequestSize)
		set(&ResponseSize, opts.ResponseSize)
		set(&RateLimiterLatency, opts.RateLimiterLatency)
		set(&RequestResult, opts.RequestResult)
		set(&ExecPluginCalls, opts.ExecPluginCalls)
		set(&ExecPluginPolicyCalls, opts.ExecPluginPolicyCalls)
		set(&RequestRetry, opts.RequestRetry)
		set(&TransportCacheEntries, opts.TransportCacheEntries)
		set(&TransportCreateCalls, opts.TransportCreateCalls)
		set(&TransportCAReloads, opts.TransportCAReloads)
		set(&TransportCertRotationGCCalls, opts.TransportCertRotationGCCalls)
		set(&TransportCacheGCCalls, opts.TransportCacheGCCalls)
		onEnsure = opts.RegisterFn
	})
}

// set assigns given to metric, unless it is nil.
func set[M any](metric *M, given M) {
	if any(given) != nil {
		*metric = given
	}
}

// EnsureRegistered calls the RegisterFn of [Register], once in the life of the process. Clients call it when they are
// created.
func EnsureRegistered() {
	if onEnsure != nil {
		ensure.Do(onEnsure)
	}
}
