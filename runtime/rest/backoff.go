package rest

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/typewright/typewright/runtime/flowcontrol"
)

// BackoffManagerWithContext decides how long a client leaves a host alone after failures.
type BackoffManagerWithContext interface {
	// UpdateBackoffWithContext is told of each attempt: an error, or the status of the answer.
	UpdateBackoffWithContext(ctx context.Context, actualURL *url.URL, err error, responseCode int)
	// CalculateBackoffWithContext returns how long to wait before the next attempt.
	CalculateBackoffWithContext(ctx context.Context, actualURL *url.URL) time.Duration
	// SleepWithContext waits for d, or until the context ends.
	SleepWithContext(ctx context.Context, d time.Duration)
}

var (
	_ BackoffManagerWithContext = (*URLBackoff)(nil)
	_ BackoffManagerWithContext = (*NoBackoff)(nil)
)

// NoBackoff never waits.
type NoBackoff struct{}

// UpdateBackoff does nothing.
func (*NoBackoff) UpdateBackoff(*url.URL, error, int) {}

// UpdateBackoffWithContext does nothing.
func (*NoBackoff) UpdateBackoffWithContext(context.Context, *url.URL, error, int) {}

// CalculateBackoff returns zero.
func (*NoBackoff) CalculateBackoff(*url.URL) time.Duration { return 0 }

// CalculateBackoffWithContext returns zero.
func (*NoBackoff) CalculateBackoffWithContext(context.Context, *url.URL) time.Duration { return 0 }

// Sleep waits for d.
func (*NoBackoff) Sleep(d time.Duration) { time.Sleep(d) }

// SleepWithContext waits for d, or until the context ends.
func (*NoBackoff) SleepWithContext(ctx context.Context, d time.Duration) { _ = sleep(ctx, d) }

// URLBackoff waits longer and longer, host by host, while a host answers 429 or 5xx or not at all. Its zero value needs
// a Backoff.
type URLBackoff struct {
	Backoff *flowcontrol.Backoff
}

// Disable turns waiting off.
func (b *URLBackoff) Disable() { b.Backoff = flowcontrol.NewBackOff(0, 0) }

// UpdateBackoff is told of an attempt.
func (b *URLBackoff) UpdateBackoff(actualURL *url.URL, err error, responseCode int) {
	if err != nil || responseCode == http.StatusTooManyRequests || responseCode >= http.StatusInternalServerError {
		b.Backoff.Next(hostOf(actualURL), b.Backoff.Clock.Now())
		return
	}
	b.Backoff.Reset(hostOf(actualURL))
}

// UpdateBackoffWithContext is told of an attempt.
func (b *URLBackoff) UpdateBackoffWithContext(_ context.Context, actualURL *url.URL, err error, responseCode int) {
	b.UpdateBackoff(actualURL, err, responseCode)
}

// CalculateBackoff returns how long to leave the host alone.
func (b *URLBackoff) CalculateBackoff(actualURL *url.URL) time.Duration {
	return b.Backoff.Get(hostOf(actualURL))
}

// CalculateBackoffWithContext returns how long to leave the host alone.
func (b *URLBackoff) CalculateBackoffWithContext(_ context.Context, actualURL *url.URL) time.Duration {
	return b.CalculateBackoff(actualURL)
}

// Sleep waits for d.
func (b *URLBackoff) Sleep(d time.Duration) { b.Backoff.Clock.Sleep(d) }

// SleepWithContext waits for d, or until the context ends.
func (b *URLBackoff) SleepWithContext(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := b.Backoff.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C():
	case <-ctx.Done():
	}
}

func hostOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.Host
}

// The variables that turn backoff on for all clients of a process, in seconds.
const (
	envBackoffBase     = "KUBE_CLIENT_BACKOFF_BASE"
	envBackoffDuration = "KUBE_CLIENT_BACKOFF_DURATION"
)

// backoffFromEnvironment returns what makes a request's backoff manager; nil where the environment asks for none.
func backoffFromEnvironment() func() BackoffManagerWithContext {
	base, errBase := strconv.Atoi(os.Getenv(envBackoffBase))
	duration, errDuration := strconv.Atoi(os.Getenv(envBackoffDuration))
	if errBase != nil || errDuration != nil {
		return nil
	}
	// One for all requests of the client: a failure that only its own request knew of would slow nobody down.
	shared := &URLBackoff{Backoff: flowcontrol.NewBackOff(time.Duration(base)*time.Second, time.Duration(duration)*time.Second)}
	return func() BackoffManagerWithContext { return shared }
}
