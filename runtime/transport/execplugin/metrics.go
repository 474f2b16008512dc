package execplugin

import (
	"errors"
	"io/fs"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"github.com/typewright/typewright/runtime/metrics"
)

// countRun counts a run of a program in the metrics, by its result.
func countRun(err error) {
	var (
		exit     *exec.ExitError
		notFound *exec.Error
		noFile   *fs.PathError
	)
	switch {
	case err == nil:
		metrics.ExecPluginCalls.Increment(0, "no_error")
	case errors.As(err, &exit):
		metrics.ExecPluginCalls.Increment(exit.ExitCode(), "plugin_execution_error")
	case errors.As(err, &notFound), errors.As(err, &noFile):
		metrics.ExecPluginCalls.Increment(1, "plugin_not_found_error")
	default:
		metrics.ExecPluginCalls.Increment(1, "client_internal_error")
	}
}

// expiries contains the expiry times of the certificates of all Authenticators. It knows them by number, so that it does not
// keep them alive. It is safe for concurrent use; the zero value is empty and ready to use.
type expiries struct {
	mu   sync.Mutex
	next uint64
	by   map[uint64]time.Time
}

// add returns a new number for a. When a is garbage-collected, its expiry is removed.
func (e *expiries) add(a *Authenticator) uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next++
	runtime.AddCleanup(a, func(number uint64) { e.set(number, time.Time{}) }, e.next)
	return e.next
}

// set records when the certificate of an Authenticator expires, the zero time if it has none, and sets the metric to the
// earliest expiry of all.
func (e *expiries) set(number uint64, end time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.by, number)
	if !end.IsZero() {
		if e.by == nil {
			e.by = map[uint64]time.Time{}
		}
		e.by[number] = end
	}
	var first *time.Time
	for _, end := range e.by {
		if first == nil || end.Before(*first) {
			first = &end
		}
	}
	metrics.ClientCertExpiry.Set(first)
}

// observe updates the metrics when the Authenticator with a number has new credentials. old may be nil.
func observe(number uint64, old, fresh *credentials) {
	if fresh.cert == nil || fresh.cert.Leaf == nil {
		certificateExpiries.set(number, time.Time{})
		return
	}
	certificateExpiries.set(number, fresh.cert.Leaf.NotAfter)
	if old != nil && old.cert != nil && old.cert.Leaf != nil && !old.cert.Leaf.Equal(fresh.cert.Leaf) {
		metrics.ClientCertRotationAge.Observe(time.Since(old.cert.Leaf.NotBefore))
	}
}
