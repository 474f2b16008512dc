package testing

import (
	"fmt"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/rest"
)

// Fake records actions and answers them by chains of reactors. Fake clients embed it. The zero value records, and answers
// with what the caller of [Fake.Invokes] has ready.
//
// It is safe for use by many goroutines at once. Reactors run one at a time, under its lock: a reactor that calls the fake
// client again waits for itself.
type Fake struct {
	sync.RWMutex
	actions []Action

	// ReactionChain answers calls, first reactor first. Change it by the methods, which lock.
	ReactionChain []Reactor
	// WatchReactionChain answers watches.
	WatchReactionChain []WatchReactor
	// ProxyReactionChain answers reads through a proxy.
	ProxyReactionChain []ProxyReactor

	// Resources is what the fake discovery client knows.
	Resources []*metav1.APIResourceList
}

// AddReactor lets a reaction answer what no earlier reactor handled. The verb and the resource are as in [SimpleReactor].
func (c *Fake) AddReactor(verb, resource string, reaction ReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ReactionChain = append(c.ReactionChain, &SimpleReactor{verb, resource, reaction})
}

// PrependReactor lets a reaction answer before all others.
func (c *Fake) PrependReactor(verb, resource string, reaction ReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ReactionChain = slices.Insert(c.ReactionChain, 0, Reactor(&SimpleReactor{verb, resource, reaction}))
}

// AddWatchReactor is AddReactor for watches.
func (c *Fake) AddWatchReactor(resource string, reaction WatchReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.WatchReactionChain = append(c.WatchReactionChain, &SimpleWatchReactor{resource, reaction})
}

// PrependWatchReactor is PrependReactor for watches.
func (c *Fake) PrependWatchReactor(resource string, reaction WatchReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.WatchReactionChain = slices.Insert(c.WatchReactionChain, 0, WatchReactor(&SimpleWatchReactor{resource, reaction}))
}

// AddProxyReactor is AddReactor for reads through a proxy.
func (c *Fake) AddProxyReactor(resource string, reaction ProxyReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ProxyReactionChain = append(c.ProxyReactionChain, &SimpleProxyReactor{resource, reaction})
}

// PrependProxyReactor is PrependReactor for reads through a proxy.
func (c *Fake) PrependProxyReactor(resource string, reaction ProxyReactionFunc) {
	c.Lock()
	defer c.Unlock()
	c.ProxyReactionChain = slices.Insert(c.ProxyReactionChain, 0, ProxyReactor(&SimpleProxyReactor{resource, reaction}))
}

// Invokes records an action and returns the answer of the first reactor that handles it, or defaultReturnObj where none
// does. Reactors get a copy of the action.
func (c *Fake) Invokes(action Action, defaultReturnObj runtime.Object) (runtime.Object, error) {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.ReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, obj, err := reactor.React(action); handled {
			return obj, err
		}
	}
	return defaultReturnObj, nil
}

// InvokesWatch is Invokes for watches. A watch that no reactor handles is an error.
func (c *Fake) InvokesWatch(action Action) (watch.Interface, error) {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.WatchReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, watcher, err := reactor.React(action); handled {
			return watcher, err
		}
	}
	return nil, fmt.Errorf("unhandled watch: %#v", action)
}

// InvokesProxy is Invokes for reads through a proxy. It returns nil where no reactor handles the action without an error.
func (c *Fake) InvokesProxy(action Action) rest.ResponseWrapper {
	c.Lock()
	defer c.Unlock()
	action = c.record(action)
	for _, reactor := range c.ProxyReactionChain {
		if !reactor.Handles(action) {
			continue
		}
		if handled, response, err := reactor.React(action); handled && err == nil {
			return response
		}
	}
	return nil
}

// record remembers an action and returns a copy for the reactors.
func (c *Fake) record(action Action) Action {
	c.actions = append(c.actions, action.DeepCopy())
	return action.DeepCopy()
}

// ClearActions forgets all actions.
func (c *Fake) ClearActions() {
	c.Lock()
	defer c.Unlock()
	c.actions = nil
}

// Actions returns the actions so far, oldest first.
func (c *Fake) Actions() []Action {
	c.RLock()
	defer c.RUnlock()
	return append(make([]Action, 0, len(c.actions)), c.actions...)
}

// FakeClient is what fake clientsets have in common.
type FakeClient interface {
	// Tracker returns the objects behind the default answers.
	Tracker() ObjectTracker

	AddReactor(verb, resource string, reaction ReactionFunc)
	PrependReactor(verb, resource string, reaction ReactionFunc)
	AddWatchReactor(resource string, reaction WatchReactionFunc)
	PrependWatchReactor(resource string, reaction WatchReactionFunc)
	AddProxyReactor(resource string, reaction ProxyReactionFunc)
	PrependProxyReactor(resource string, reaction ProxyReactionFunc)

	Invokes(action Action, defaultReturnObj runtime.Object) (runtime.Object, error)
	InvokesWatch(action Action) (watch.Interface, error)
	InvokesProxy(action Action) rest.ResponseWrapper

	ClearActions()
	Actions() []Action
}
