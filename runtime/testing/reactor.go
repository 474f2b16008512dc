package testing

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// Reactor handles actions.
type Reactor interface {
	// Handles reports whether to call React with an action.
	Handles(action Action) bool
	// React handles an action. If handled is false, the other results are ignored and the next reactor is called.
	React(action Action) (handled bool, ret runtime.Object, err error)
}

// WatchReactor handles watches; see [Reactor].
type WatchReactor interface {
	Handles(action Action) bool
	React(action Action) (handled bool, ret watch.Interface, err error)
}

// ProxyReactor handles reads through a proxy; see [Reactor].
type ProxyReactor interface {
	Handles(action Action) bool
	React(action Action) (handled bool, ret rest.ResponseWrapper, err error)
}

// ReactionFunc handles an action; see [Reactor].React.
type ReactionFunc func(action Action) (handled bool, ret runtime.Object, err error)

// WatchReactionFunc handles a watch; see [WatchReactor].React.
type WatchReactionFunc func(action Action) (handled bool, ret watch.Interface, err error)

// ProxyReactionFunc handles a read through a proxy; see [ProxyReactor].React.
type ProxyReactionFunc func(action Action) (handled bool, ret rest.ResponseWrapper, err error)

// SimpleReactor is a [Reactor] for a verb, such as "update", and a resource: "pods" for the resource and all its
// subresources, or "pods/status". "*" means all verbs or all resources.
type SimpleReactor struct {
	Verb     string
	Resource string

	// Reaction answers.
	Reaction ReactionFunc
}

// Handles implements [Reactor].
func (r *SimpleReactor) Handles(action Action) bool {
	return (r.Verb == "*" || r.Verb == action.GetVerb()) && covers(r.Resource, action)
}

// React implements [Reactor].
func (r *SimpleReactor) React(action Action) (bool, runtime.Object, error) { return r.Reaction(action) }

// SimpleWatchReactor is a [WatchReactor] for a resource, as in [SimpleReactor].
type SimpleWatchReactor struct {
	Resource string

	// Reaction answers.
	Reaction WatchReactionFunc
}

// Handles implements [WatchReactor].
func (r *SimpleWatchReactor) Handles(action Action) bool { return covers(r.Resource, action) }

// React implements [WatchReactor].
func (r *SimpleWatchReactor) React(action Action) (bool, watch.Interface, error) {
	return r.Reaction(action)
}

// SimpleProxyReactor is a [ProxyReactor] for a resource, as in [SimpleReactor].
type SimpleProxyReactor struct {
	Resource string

	// Reaction answers.
	Reaction ProxyReactionFunc
}

// Handles implements [ProxyReactor].
func (r *SimpleProxyReactor) Handles(action Action) bool { return covers(r.Resource, action) }

// React implements [ProxyReactor].
func (r *SimpleProxyReactor) React(action Action) (bool, rest.ResponseWrapper, error) {
	return r.Reaction(action)
}

func covers(resource string, action Action) bool {
	name, subresource, both := strings.Cut(resource, "/")
	return resource == "*" ||
		name == action.GetResource().Resource && (!both || subresource == action.GetSubresource())
}

// DefaultWatchReactor returns a reaction that handles every watch with the same watcher and error.
func DefaultWatchReactor(watchInterface watch.Interface, err error) WatchReactionFunc {
	return func(Action) (bool, watch.Interface, error) { return true, watchInterface, err }
}
