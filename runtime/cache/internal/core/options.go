package core

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// FollowOptions are documented at cache.FollowOptions.
type FollowOptions struct {
	// DropManagedFields omits metadata.managedFields, often a third of an object, from the decoded objects.
	DropManagedFields bool
	// SharedValues lets equal maps, slices and pointers of cached objects be one in memory: what the replicas of a workload have in
	// common, they then hold once. The informers that have the same SharedValues share with each other. Only generated decoders
	// of JSON know it, and an informer with a transform, which may change objects, shares nothing. Nil means that objects share only strings.
	SharedValues *SharedValues
	// Server holds what informers of the same server have learnt about it. Nil means that it is not shared.
	Server *Server
	// MinWatchTimeout is the shortest timeoutSeconds of a watch. Each watch asks for a random time between it and twice as
	// long, so that clients do not reconnect all at once. Values below five minutes mean five minutes.
	MinWatchTimeout time.Duration
	// PageSize is the limit of each page of a list. Zero means 500, or no limit if the server is likely to answer the list
	// from its watch cache, which has no pages.
	PageSize int64
	// Shards limits informers to the objects that this process holds: *sharding.Membership of package sharding. Nil means all. See
	// cache.Shards.
	Shards Shards
	// Backoff is the pause between attempts; nil means 800 ms, doubled each time up to 30 s, with jitter. It starts anew
	// after a watch that was open for at least five seconds and for longer than the last pause, and if the last pause
	// began more than two minutes ago. The reflector works on a copy.
	Backoff *wait.Backoff
	// Clock is the clock for pauses, resyncs and time limits; nil means the real clock. Pauses after a panic and the wait for
	// a source that ignores its context always use the real clock.
	Clock clock.Clock
}

// SharedValues are documented at cache.SharedValues.
type SharedValues = scan.SharedValues

// decoding returns the options for what a source decodes.
func (o *FollowOptions) decoding(list metav1.ListOptions) StreamOptions {
	return StreamOptions{ListOptions: list, DropManagedFields: o.DropManagedFields, SharedValues: o.SharedValues}
}

// Options are the options common to reflectors and informers. An informer passes them to its reflectors.
type Options struct {
	FollowOptions

	// Name appears in logs and errors.
	Name string
	// ResyncPeriod is the time between two resyncs; zero means none. In an informer it applies to handlers without a
	// period of their own.
	ResyncPeriod time.Duration
	// StreamList asks for lists as streams (WatchList, KEP-3157) unless the server is known not to support them.
	StreamList bool
	// ShortWatch is the error for a watch that ended without an error in less than a second and sent no event. Required.
	ShortWatch error
	// ReflectorObserver is called for each list, watch and resource version; may be nil.
	ReflectorObserver ReflectorObserver
	// OnError is called for each failure. The argument counts it and those before it, since the last recovery. OnRecovered
	// is called after a recovery with the last failure before it. Each may be nil.
	OnError     func(ctx context.Context, failure Failure)
	OnRecovered func(ctx context.Context, row Failure)
}

// complete sets the defaults. It may be called more than once.
func (o *Options) complete() {
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.Server == nil {
		o.Server = &Server{}
	}
	o.MinWatchTimeout = max(o.MinWatchTimeout, 5*time.Minute)
	if o.Backoff == nil {
		o.Backoff = &wait.Backoff{Duration: 800 * time.Millisecond, Factor: 2, Jitter: 1, Steps: 10, Cap: 30 * time.Second}
	}
	if o.ReflectorObserver == nil {
		o.ReflectorObserver = noObserver{}
	}
	if o.OnError == nil {
		o.OnError = func(context.Context, Failure) {}
	}
	if o.OnRecovered == nil {
		o.OnRecovered = func(context.Context, Failure) {}
	}
}
