package clientcmd

import (
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ConfigAccess knows which files make up a kubeconfig, and which of them new things go to.
type ConfigAccess interface {
	// GetLoadingPrecedence returns the files, the first to say something being right.
	GetLoadingPrecedence() []string
	// GetStartingConfig returns what the files say together; an empty config where there are none. Whoever changes it
	// hands it to [ModifyConfig].
	GetStartingConfig() (*api.Config, error)
	// GetDefaultFilename returns the file for stanzas that are new.
	GetDefaultFilename() string
	// IsExplicitFile tells whether one file was asked for by name.
	IsExplicitFile() bool
	// GetExplicitFile returns the name of that file.
	GetExplicitFile() string
}

// ClientConfigLoader reads a kubeconfig from wherever it is.
type ClientConfigLoader interface {
	ConfigAccess
	// IsDefaultConfig tells whether config is what comes out where the files say nothing; a pod's own credentials go
	// before it.
	IsDefaultConfig(config *rest.Config) bool
	// Load returns the config as it is now.
	Load() (*api.Config, error)
}

// KubeconfigGetter returns a kubeconfig that does not come from files.
type KubeconfigGetter func() (*api.Config, error)

// ClientConfigGetter is a KubeconfigGetter as a ClientConfigLoader, which has no files. BuildConfigFromKubeconfigGetter
// makes one.
type ClientConfigGetter struct{ get KubeconfigGetter }

var _ ClientConfigLoader = &ClientConfigGetter{}

// Load asks for the config.
func (g *ClientConfigGetter) Load() (*api.Config, error) { return g.get() }

// GetStartingConfig asks for the config.
func (g *ClientConfigGetter) GetStartingConfig() (*api.Config, error) { return g.get() }

// GetLoadingPrecedence returns nil.
func (*ClientConfigGetter) GetLoadingPrecedence() []string { return nil }

// GetDefaultFilename returns "".
func (*ClientConfigGetter) GetDefaultFilename() string { return "" }

// IsExplicitFile returns false.
func (*ClientConfigGetter) IsExplicitFile() bool { return false }

// GetExplicitFile returns "".
func (*ClientConfigGetter) GetExplicitFile() string { return "" }

// IsDefaultConfig returns false.
func (*ClientConfigGetter) IsDefaultConfig(*rest.Config) bool { return false }
