package clientcmd

import (
	"fmt"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Fmt does not call the String methods of unexported fields, so types that hold secrets in such fields have String methods
// of their own.

// String names the context, and nothing of its content.
func (config *DirectClientConfig) String() string {
	if config == nil {
		return redact.Nil
	}
	overrides := config.overrides
	if overrides == nil {
		overrides = &ConfigOverrides{}
	}
	return fmt.Sprintf("clientcmd.DirectClientConfig{Context: %q}", config.chosenName(overrides))
}

// GoString is String.
func (config *DirectClientConfig) GoString() string { return config.String() }

// String names the files, and nothing of their content.
func (config *DeferredLoadingClientConfig) String() string {
	if config == nil {
		return redact.Nil
	}
	return fmt.Sprintf("clientcmd.DeferredLoadingClientConfig{Files: %q}", config.loader.GetLoadingPrecedence())
}

// GoString is String.
func (config *DeferredLoadingClientConfig) GoString() string { return config.String() }

// String names the files, and nothing of their content.
func (r *reloader) String() string {
	return fmt.Sprintf("clientcmd.reloader{Files: %q}", r.loader.GetLoadingPrecedence())
}

// GoString is String.
func (r *reloader) GoString() string { return r.String() }

// String describes the overrides without what may be secret.
func (o ConfigOverrides) String() string { return redact.Struct(o) }

// GoString is String.
func (o ConfigOverrides) GoString() string { return o.String() }

// Format prints String, whatever the verb.
func (o ConfigOverrides) Format(f fmt.State, verb rune) { redact.Format(f, verb, o.String()) }

// Format prints String, whatever the verb.
func (config DirectClientConfig) Format(f fmt.State, verb rune) {
	redact.Format(f, verb, config.String())
}

// Format prints String, whatever the verb.
func (config *DeferredLoadingClientConfig) Format(f fmt.State, verb rune) {
	redact.Format(f, verb, config.String())
}

// Format prints String, whatever the verb.
func (r *reloader) Format(f fmt.State, verb rune) { redact.Format(f, verb, r.String()) }
