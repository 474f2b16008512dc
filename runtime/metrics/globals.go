package metrics

import "sync"

// The metrics of the process. Programs set them with [Register]; clients call them.
var (
	// ClientCertExpiry is when the first of the client certificates that exec plugins printed ends.
	ClientCertExpiry ExpiryMetric = noExpiry{}
	// ClientCertRotationAge is how old a client certificate had become when another one took its place.
	ClientCertRotationAge DurationMetric = noDuration{}
	// RequestLatency is how long a request took, its retries and waits included.
	RequestLatency LatencyMetric = noLatency{}
	// ResolverLatency is how long DNS took.
	ResolverLatency ResolverLatencyMetric = noHostLatency{}
	// RequestSize is the size of the bodies sent.
	RequestSize SizeMetric = noSize{}
	// ResponseSize is the size of the bodies received, those of streams and watches aside.
	ResponseSize SizeMetric = noSize{}
	// RateLimiterLatency is how long a request waited for the client's own rate limiter.
	RateLimiterLatency LatencyMetric = noLatency{}
	// RequestResult counts attempts.
	RequestResult ResultMetric = noResult{}
	// ExecPluginCalls counts runs of exec plugins.
	ExecPluginCalls CallsMetric = noExitCode{}
	// ExecPluginPolicyCalls counts decisions about exec plugins.
	ExecPluginPolicyCalls PolicyCallsMetric = noCount{}
	// RequestRetry counts attempts after the first of a request.
	RequestRetry RetryMetric = noRetry{}
	// TransportCacheEntries is the number of connection pools that may be shared.
	TransportCacheEntries TransportCacheMetric = noValue{}
	// TransportCreateCalls counts requests for a connection pool.
	TransportCreateCalls TransportCreateCallsMetric = noCount{}
	// TransportCAReloads counts looks at CA files that may have changed.
	TransportCAReloads TransportCAReloadsMetric = noReason{}
	// TransportCertRotationGCCalls counts pools with a rotating client certificate that went with their last user.
	TransportCertRotationGCCalls TransportCertRotationGCCallsMetric = noPlainCounter{}
	// TransportCacheGCCalls counts pools that went with their last user.
	TransportCacheGCCalls TransportCacheGCCallsMetric = noCount{}
)

var (
	register sync.Once
	ensure   sync.Once
	onEnsure func()
)

// RegisterOpts are the metrics that a program wants; nil ones stay as they are.
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

	// RegisterFn is called once, when the first client is made: the place to register with a metrics library only if
	// the program uses a client at all. Nil means nothing.
	RegisterFn func()
}

// Register sets the metrics of the process. The first call counts, later ones do nothing; it must come before the first
// client is made, since clients read the metrics without a lock.
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

// set puts a metric in place, unless it is nil.
func set[M any](metric *M, given M) {
	if any(given) != nil {
		*metric = given
	}
}

// EnsureRegistered calls the RegisterFn that was given to [Register], once in the life of the process. Clients call it
// when they are made.
func EnsureRegistered() {
	if onEnsure != nil {
		ensure.Do(onEnsure)
	}
}
