package core

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/utils/clock"
)

// FollowOptions are documented at cache.FollowOptions.
type FollowOptions struct {
	// DropManagedFields omits metadata.managedFields, often a third of an object, from the decoded objects.
	DropManagedFields bool
	// Server is what informers of the same server know about it; nil shares nothing.
	Server *Server
	// MinWatchTimeout is the shortest time for which the server is asked to keep a watch open. It is asked for up to twice
	// as long, so that not all clients come back at once. Less than five minutes means five minutes.
	MinWatchTimeout time.Duration
	// PageSize is the limit of each page of a list; zero means 500 where pages help.
	PageSize int64
	// Backoff is the pause between failures; nil means 800 ms, doubled each time up to 30 s, with jitter. It starts again
	// after a watch that was open for five seconds and for longer than the last pause, and after two minutes without a
	// failure.
	Backoff *wait.Backoff
	// Clock tells the time; nil means the real clock.
	Clock clock.Clock
}

// Options are the options that reflectors and informers have in common. An informer passes them to its reflectors.
type Options struct {
	FollowOptions

	// Name is for logs and errors.
	Name string
	// ResyncPeriod is the time between two resyncs; zero means none. In an informer it applies to handlers without a
	// period of their own.
	ResyncPeriod time.Duration
	// StreamList asks for lists as streams (WatchList, KEP-3157) unless the server is known not to support them.
	StreamList bool
	// ShortWatch is reported for a watch that the server ended at once, before any event. Required.
	ShortWatch error
	// ReflectorObserver is told what the reflector does; may be nil.
	ReflectorObserver ReflectorObserver
	// OnError is called for each failure, with the row of failures of which it is the last; OnRecovered is called when a row
	// has ended. Each may be nil.
	OnError     func(ctx context.Context, failure Failure)
	OnRecovered func(ctx context.Context, row Failure)
}

// complete fills in the defaults. Completing options twice changes nothing more.
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
