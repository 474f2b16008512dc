package clientcmd

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// PathOptions is a ConfigAccess for programs that edit kubeconfigs: one file by flag, else those of a variable, else that
// of the home folder. Paths within the files stay as they are written.
type PathOptions struct {
	// GlobalFile is the file that is used where nothing else is said.
	GlobalFile string
	// EnvVar is the variable that lists files, which go before GlobalFile.
	EnvVar string
	// ExplicitFileFlag is the name of the flag for one file, for help texts.
	ExplicitFileFlag string
	// GlobalFileSubpath is GlobalFile as help texts show it.
	GlobalFileSubpath string
	// LoadingRules read the files. Their ExplicitPath is what the flag says; their Precedence does not count.
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

// GetStartingConfig returns what the files say together; an empty config where there are none.
func (o *PathOptions) GetStartingConfig() (*api.Config, error) {
	rules := *o.LoadingRules
	rules.Precedence = o.GetLoadingPrecedence()
	return startingConfig(&rules)
}

// GetDefaultFilename returns the explicit file; or of the variable's files the first that exists, or else the last; or
// GlobalFile.
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

// IsExplicitFile tells whether one file was asked for.
func (o *PathOptions) IsExplicitFile() bool { return o.LoadingRules.IsExplicitFile() }

// GetExplicitFile returns that file.
func (o *PathOptions) GetExplicitFile() string { return o.LoadingRules.ExplicitPath }
