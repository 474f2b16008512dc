package rest

import (
	"sync"

	"github.com/typewright/typewright/runtime/transport/execplugin"
)

// execPlugins are the programs that print credentials for the clients of this process, each of which runs once for all of
// them.
var execPlugins execplugin.Shared

// authProviders are the Factory functions that programs have registered, by name.
var authProviders sync.Map

// NameMayNotBe are the strings that no segment of a path may be; see [IsValidPathSegmentName], which a change of this variable
// does not affect.
var NameMayNotBe = []string{".", ".."}

// NameMayNotContain are the strings that no segment of a path may contain; see [IsValidPathSegmentName], which a change of this
// variable does not affect.
var NameMayNotContain = []string{"/", "%"}

// defaultWarnings receives the warnings of clients whose configurations have no handler.
var defaultWarnings = &defaultWarningHandler{handler: WarningLogger{}}

type defaultWarningHandler struct {
	mu      sync.RWMutex
	handler WarningHandlerWithContext
}

func (d *defaultWarningHandler) get() WarningHandlerWithContext {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.handler
}

func (d *defaultWarningHandler) set(handler WarningHandlerWithContext) {
	if handler == nil {
		handler = NoWarnings{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handler = handler
}

// SetDefaultWarningHandler sets the handler of warnings for all clients of this process whose configurations have none. The
// initial one logs them; nil ignores them.
func SetDefaultWarningHandler(l WarningHandler) { defaultWarnings.set(warningHandlerOf(l, nil)) }

// SetDefaultWarningHandlerWithContext is SetDefaultWarningHandler with the context of the request.
func SetDefaultWarningHandlerWithContext(l WarningHandlerWithContext) { defaultWarnings.set(l) }
