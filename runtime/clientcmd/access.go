package clientcmd

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ConfigAccess tells which files make up a kubeconfig, and which of them new stanzas go to.
type ConfigAccess interface {
	// GetLoadingPrecedence returns the files; the first that sets a value wins.
	GetLoadingPrecedence() []string
	// GetStartingConfig returns the merged files, or an empty config if there are none. Change it and pass it to
	// [ModifyConfig].
	GetStartingConfig() (*api.Config, error)
	// GetDefaultFilename returns the file for new stanzas.
	GetDefaultFilename() string
	// IsExplicitFile reports whether a flag names the one file to use.
	IsExplicitFile() bool
	// GetExplicitFile returns that file.
	GetExplicitFile() string
}

// ClientConfigLoader loads a kubeconfig.
type ClientConfigLoader interface {
	ConfigAccess
	// IsDefaultConfig reports whether config is the default for empty files; a pod's service account takes precedence
	// over it.
	IsDefaultConfig(config *rest.Config) bool
	// Load returns the current config.
	Load() (*api.Config, error)
}

// KubeconfigGetter returns a kubeconfig that does not come from files.
type KubeconfigGetter func() (*api.Config, error)

// ClientConfigGetter is a ClientConfigLoader without files that calls a KubeconfigGetter; see
// [BuildConfigFromKubeconfigGetter].
type ClientConfigGetter struct{ get KubeconfigGetter }

var _ ClientConfigLoader = &ClientConfigGetter{}

// Load calls the getter.
func (g *ClientConfigGetter) Load() (*api.Config, error) { return g.get() }

// GetStartingConfig calls the getter.
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

// PathOptions is a ConfigAccess for programs that edit kubeconfigs. It uses the file that a flag names, else the files of an
// environment variable, else the one in the home folder. Paths within the files stay as they are written.
type PathOptions struct {
	// GlobalFile is used when neither the flag nor EnvVar names a file.
	GlobalFile string
	// EnvVar is the environment variable that lists files.
	EnvVar string
	// ExplicitFileFlag is the name of the flag for one file, for help texts.
	ExplicitFileFlag string
	// GlobalFileSubpath is GlobalFile as help texts show it.
	GlobalFileSubpath string
	// LoadingRules read the files. Bind the flag to their ExplicitPath; their Precedence is ignored.
	LoadingRules *ClientConfigLoadingRules
}

var _ ConfigAccess = &PathOptions{}

// NewDefaultPathOptions returns kubectl's: the flag kubeconfig, the variable $KUBECONFIG, and [RecommendedHomeFile].
func NewDefaultPathOptions() *PathOptions {
	rules := NewDefaultClientConfigLoadingRules()
	rules.DoNotResolvePaths = true
	return &PathOptions{
		GlobalFile:        RecommendedHomeFile,
		EnvVar:            RecommendedConfigPathEnvVar,
		ExplicitFileFlag:  RecommendedConfigPathFlag,
		GlobalFileSubpath: filepath.Join(RecommendedHomeDir, RecommendedFileName),
		LoadingRules:      rules,
	}
}

// GetEnvVarFiles returns the files that the variable lists, each once.
func (o *PathOptions) GetEnvVarFiles() []string {
	if o.EnvVar == "" || os.Getenv(o.EnvVar) == "" {
		return []string{}
	}
	return splitList(os.Getenv(o.EnvVar))
}

// GetLoadingPrecedence returns the explicit file, or those of the variable, or GlobalFile.
func (o *PathOptions) GetLoadingPrecedence() []string {
	if o.IsExplicitFile() {
		return []string{o.GetExplicitFile()}
	}
	if files := o.GetEnvVarFiles(); len(files) > 0 {
		return files
	}
	return []string{o.GlobalFile}
}

// GetStartingConfig returns the merged files, or an empty config if there are none.
func (o *PathOptions) GetStartingConfig() (*api.Config, error) {
	rules := *o.LoadingRules
	rules.Precedence = o.GetLoadingPrecedence()
	return startingConfig(&rules)
}

// GetDefaultFilename returns the explicit file, else the first of the variable's files that exists, else the last of them,
// else GlobalFile.
func (o *PathOptions) GetDefaultFilename() string {
	if o.IsExplicitFile() {
		return o.GetExplicitFile()
	}
	files := slices.DeleteFunc(o.GetEnvVarFiles(), func(file string) bool { return file == "" })
	if len(files) == 0 {
		return o.GlobalFile
	}
	if path := firstExisting(files); path != "" {
		return path
	}
	return files[len(files)-1]
}

// IsExplicitFile reports whether LoadingRules.ExplicitPath is set.
func (o *PathOptions) IsExplicitFile() bool { return o.LoadingRules.IsExplicitFile() }

// GetExplicitFile returns that file.
func (o *PathOptions) GetExplicitFile() string { return o.LoadingRules.ExplicitPath }
