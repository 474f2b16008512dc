package cache

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache/internal/core"
)

// How often a failure that goes on is logged again: first after firstReminder, then after twice as long each time, but no
// less than every lastReminder.
const (
	firstReminder = 30 * time.Second
	lastReminder  = 30 * time.Minute
)

// calm is how long all must have been well for the next failure to be news again.
const calm = time.Minute

// patience is how long listing or watching may fail before what may go away by itself is logged as an error.
const patience = time.Minute

// failureLog logs what keeps a reflector from listing or watching: the first failure at once, another cause at once, and
// the same again at lengthening intervals; and once that it is over. One that fails again and again, and works between, is
// one that fails.
type failureLog struct {
	mu sync.Mutex
	// causes are those that have been logged, reminder is the time between the last line and the next, which is due then.
	causes   map[string]struct{}
	reminder time.Duration
	due      time.Time
	// failing is set from a line about a failure until that about its end; healed is when the last row of failures ended.
	failing bool
	healed  time.Time
}

// describes is a source that knows what it lists and watches.
type describes interface {
	// Describe returns the resource, and the namespace: empty for all or none.
	Describe() (resource, namespace string)
}

// fieldsOf are those of a line that say whom it is about.
func fieldsOf(name string, source any) []any {
	fields := []any{"reflector", name}
	known, ok := source.(describes)
	if !ok {
		return fields
	}
	resource, namespace := known.Describe()
	if resource != "" {
		fields = append(fields, "resource", resource)
	}
	if namespace != "" {
		fields = append(fields, "namespace", namespace)
	}
	return fields
}

// failed logs a failure, unless it is no news. It does not go through apimachinery's HandleError, which sleeps, for years
// where a test has a clock of its own (testing/synctest).
func (l *failureLog) failed(ctx context.Context, source any, f core.Failure) {
	now := time.Now()
	if !l.isNews(causeOf(f.Err), now) {
		return
	}
	fields := append(fieldsOf(f.Name, source), "reason", ReasonOf(f.Err), "since", f.Since.Format(time.RFC3339), "failures", f.Count)
	if f.Next.After(now) {
		fields = append(fields, "nextAttemptIn", f.Next.Sub(now).Round(100*time.Millisecond).String())
	}
	const message = "List or watch failed and will be tried again"
	logger := klog.FromContext(ctx)
	if ReasonOf(f.Err).lasts() || now.Sub(f.Since) >= patience {
		logger.Error(f.Err, message, fields...)
		return
	}
	logger.Info(message, append(fields, "err", f.Err)...)
}

// isNews reports whether a failure is to be logged, and notes that it was.
func (l *failureLog) isNews(cause string, now time.Time) bool {
	const enough = 100
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.failing && now.Sub(l.healed) >= calm {
		l.causes, l.reminder = nil, 0
	}
	_, known := l.causes[cause]
	switch {
	case l.reminder == 0:
		l.causes, l.reminder = map[string]struct{}{}, firstReminder
	case !known && len(l.causes) < enough:
		// Another cause says nothing of when the next line about this one is due.
		l.causes[cause], l.failing = struct{}{}, true
		return true
	case now.Before(l.due):
		return false
	default:
		l.reminder = min(2*l.reminder, lastReminder)
	}
	l.causes[cause], l.failing = struct{}{}, true
	l.due = now.Add(l.reminder)
	return true
}

// recovered logs that a row of failures has ended, where one of them was logged.
func (l *failureLog) recovered(ctx context.Context, source any, row core.Failure) {
	l.mu.Lock()
	logged := l.failing
	l.failing, l.healed = false, time.Now()
	l.mu.Unlock()
	if logged {
		klog.FromContext(ctx).Info("List and watch work again",
			append(fieldsOf(row.Name, source), "failingSince", row.Since.Format(time.RFC3339), "failures", row.Count)...)
	}
}

// causeOf is what an error comes down to, without what differs from attempt to attempt: ports, times, numbers.
func causeOf(err error) string {
	root := err
	for next := errors.Unwrap(root); next != nil; next = errors.Unwrap(root) {
		root = next
	}
	return string(ReasonOf(err)) + ": " + strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, root.Error())
}
