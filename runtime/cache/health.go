package cache

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// HealthCheckOptions say when an informer is not well. The zero value is useful.
type HealthCheckOptions struct {
	// MaxFailing is how long listing or watching may fail; zero means a minute.
	MaxFailing time.Duration
	// MaxLag is how far a handler may be behind; zero means any time.
	MaxLag time.Duration
}

// NewHealthCheck returns a health check of informers, in the form that health endpoints take: an error names each informer
// that cannot list or watch, and why, and each handler that is behind. Informers that are stopped, or are not of this
// package, are left out.
func NewHealthCheck(opts HealthCheckOptions, informers ...SharedInformer) func(*http.Request) error {
	if opts.MaxFailing <= 0 {
		opts.MaxFailing = time.Minute
	}
	return func(*http.Request) error {
		var errs []error
		for _, informer := range informers {
			if status, ok := StatusOf(informer); ok && !status.Stopped {
				errs = append(errs, opts.check(status)...)
			}
		}
		return errors.Join(errs...)
	}
}

func (opts HealthCheckOptions) check(status InformerStatus) (errs []error) {
	if status.Err != nil && time.Since(status.Since) > opts.MaxFailing {
		errs = append(errs, fmt.Errorf("informer of %s: %s since %s: %w", status.Name, status.Reason, status.Since.Format(time.RFC3339), status.Err))
	}
	for _, handler := range status.Handlers {
		if opts.MaxLag > 0 && handler.Behind > opts.MaxLag {
			errs = append(errs, fmt.Errorf("informer of %s: handler %s is %s behind, with %d events to come", status.Name, handler.Name, handler.Behind, handler.Queued))
		}
	}
	return errs
}
