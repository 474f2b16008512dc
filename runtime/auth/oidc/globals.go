package oidc

import (
	"fmt"
	"sync"

	"github.com/typewright/typewright/runtime/rest"
)

// providers are shared by all clients of the process with the same settings, so that they refresh a token once.
var providers sync.Map // from the settings to *provider

// init registers the provider: existing programs import the package for this effect only.
func init() { //nolint:gochecknoinits // the drop-in effect
	if err := rest.RegisterAuthProviderPlugin("oidc", newProvider); err != nil {
		panic(fmt.Errorf("the auth provider oidc is there already: remove the import of package oidc, or the other registration: %w", err))
	}
}
