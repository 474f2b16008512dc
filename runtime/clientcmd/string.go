package clientcmd

import "fmt"

// Printing a value reaches fields that are not exported without asking their String methods, so what holds secrets there
// describes itself.

// String names the context, and nothing of its content.
func (config DirectClientConfig) String() string {
	overrides := config.overrides
	if overrides == nil {
		overrides = &ConfigOverrides{}
	}
	return fmt.Sprintf("clientcmd.DirectClientConfig{Context: %q}", config.chosenName(overrides))
}

// GoString is String.
func (config DirectClientConfig) GoString() string { return config.String() }

// String names the files, and nothing of their content.
func (config *DeferredLoadingClientConfig) String() string {
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
