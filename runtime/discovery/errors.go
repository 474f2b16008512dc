package discovery

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// ErrGroupDiscoveryFailed reports the group-versions for which the server failed, most often because an aggregated API
// server behind it is down. It is returned together with all other results.
type ErrGroupDiscoveryFailed struct {
	// Groups holds the cause for each failed group-version.
	Groups map[schema.GroupVersion]error
}

// Error lists the group-versions in order, each with its cause.
func (e *ErrGroupDiscoveryFailed) Error() string {
	groups := make([]string, 0, len(e.Groups))
	for gv, cause := range e.Groups {
		groups = append(groups, fmt.Sprintf("%s: %v", gv, cause))
	}
	slices.Sort(groups)
	return "unable to retrieve the complete list of server APIs: " + strings.Join(groups, ", ")
}

// Is makes errors.Is(err, &ErrGroupDiscoveryFailed{}) true for any groups.
func (e *ErrGroupDiscoveryFailed) Is(target error) bool {
	_, ok := target.(*ErrGroupDiscoveryFailed)
	return ok
}

// Unwrap returns the causes, so that errors.Is finds, for example, the end of a context among them.
func (e *ErrGroupDiscoveryFailed) Unwrap() []error {
	return slices.Collect(maps.Values(e.Groups))
}

// IsGroupDiscoveryFailedError reports whether err is, or wraps, an [ErrGroupDiscoveryFailed].
func IsGroupDiscoveryFailedError(err error) bool {
	_, ok := GroupDiscoveryFailedErrorGroups(err)
	return ok
}

// GroupDiscoveryFailedErrorGroups returns the causes by group-version of an [ErrGroupDiscoveryFailed], and whether err
// is, or wraps, one.
func GroupDiscoveryFailedErrorGroups(err error) (map[schema.GroupVersion]error, bool) {
	var failed *ErrGroupDiscoveryFailed
	if !errors.As(err, &failed) {
		return nil, false
	}
	return failed.Groups, true
}

// StaleGroupVersionError is the cause for a group-version whose aggregated API server does not respond, so that the
// document cached by the server in front of it is out of date.
type StaleGroupVersionError struct {
	gv schema.GroupVersion
}

// Error names the group-version.
func (s StaleGroupVersionError) Error() string {
	return fmt.Sprintf("stale GroupVersion discovery: %v", s.gv)
}
