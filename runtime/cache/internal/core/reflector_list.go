package core

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// defaultPageSize is the limit of each page where nothing else is said.
const defaultPageSize = 500

// list hands the sink everything there is. When the server cannot serve the version that is asked for, the latest is
// listed instead.
func (r *Reflector[T]) list(ctx context.Context) error {
	begun := r.opts.Clock.Now()
	items, version, err := r.listAt(ctx, r.listVersion())
	if err != nil && (expired(err) || tooLarge(err)) {
		r.setTooOld()
		items, version, err = r.listAt(ctx, "")
	}
	if err != nil {
		return fmt.Errorf("failed to list %s: %w", r.opts.Name, err)
	}
	r.opts.ReflectorObserver.Listed(r.opts.Clock.Since(begun), len(items))
	return r.replace(items, version)
}

// listAt reads all pages of a list.
func (r *Reflector[T]) listAt(ctx context.Context, version string) ([]T, string, error) {
	opts := StreamOptions{ListOptions: metav1.ListOptions{ResourceVersion: version}, DropManagedFields: r.opts.DropManagedFields}
	opts.Limit = r.pageSize(version)
	var items []T
	for {
		listed, token, err := r.callList(ctx, opts, func(obj T) error {
			obj, err := r.opts.Prepare(obj)
			items = append(items, obj)
			return err
		})
		if err != nil {
			// An expired token means that the pages no longer fit together: all at once, then.
			if opts.Continue == "" || !expired(err) {
				return nil, "", err
			}
			opts.Continue, opts.Limit, opts.ResourceVersion, items = "", 0, version, nil
			continue
		}
		if token == "" {
			return items, listed, nil
		}
		r.pages = r.pages || version == "0"
		// The token knows the version; the server refuses both together.
		opts.Continue, opts.ResourceVersion = token, ""
	}
}

// pageSize is the limit to ask for. The server answers a certain version from its watch cache, which knows no pages, so
// asking for them would only bypass it.
func (r *Reflector[T]) pageSize(version string) int64 {
	switch {
	case r.opts.PageSize > 0:
		return r.opts.PageSize
	case version == "" || version == "0" || r.pages:
		return defaultPageSize
	default:
		return 0
	}
}

// expired reports whether the server no longer has the version that it was asked for.
func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

// tooLarge reports whether the server does not have the version yet that it was asked for.
func tooLarge(err error) bool {
	if apierrors.HasStatusCause(err, metav1.CauseTypeResourceVersionTooLarge) {
		return true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsTimeout(err) || status.Status().Details == nil {
		return false
	}
	for _, cause := range status.Status().Details.Causes {
		if cause.Message == "Too large resource version" {
			return true
		}
	}
	return status.Status().Code == http.StatusGatewayTimeout && status.Status().Details.RetryAfterSeconds == 1
}
