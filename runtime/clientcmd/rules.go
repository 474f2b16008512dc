package clientcmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ClientConfigLoadingRules say which kubeconfig files are read.
type ClientConfigLoadingRules struct {
	// ExplicitPath is the one file to read; it must exist. Where it is set, Precedence does not count.
	ExplicitPath string
	// Precedence are the files to merge, the first to say something being right. Missing ones are left out.
	Precedence []string
	// MigrationRules maps files to former places of theirs; see Migrate.
	MigrationRules map[string]string
	// DoNotResolvePaths leaves relative paths as they are.
	DoNotResolvePaths bool
	// DefaultClientConfig is what comes out where the files say nothing; see [ClientConfigLoader].
	DefaultClientConfig ClientConfig
	// WarnIfAllMissing tells Warner where none of the files exists.
	WarnIfAllMissing bool
	// Warner is told of a MissingConfigError; nil means the log, at verbosity 1.
	Warner WarningHandler
}

var _ ClientConfigLoader = &ClientConfigLoadingRules{}

// WarningHandler is told of what is no error.
type WarningHandler func(error)

// Warn tells the handler, or the log where it is nil.
func (handler WarningHandler) Warn(err error) {
	if handler == nil {
		klog.V(1).Info(err)
		return
	}
	handler(err)
}

// MissingConfigError says that none of the files exists.
type MissingConfigError struct {
	Missing []string
}

// Error names the files.
func (c MissingConfigError) Error() string {
	return "Config not found: " + strings.Join(c.Missing, ", ")
}

// NewDefaultClientConfigLoadingRules reads the files of $KUBECONFIG, with a warning where none exists, or else
// [RecommendedHomeFile].
func NewDefaultClientConfigLoadingRules() *ClientConfigLoadingRules {
	rules := &ClientConfigLoadingRules{MigrationRules: currentMigrationRules()}
	if list := os.Getenv(RecommendedConfigPathEnvVar); list != "" {
		rules.Precedence = splitList(list)
		rules.WarnIfAllMissing = true
	} else {
		rules.Precedence = []string{RecommendedHomeFile}
	}
	return rules
}

// splitList returns the paths of a list, each once.
func splitList(list string) []string {
	var paths []string
	for _, path := range filepath.SplitList(list) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// Load migrates, then reads and merges the files. What can be read is returned even where something cannot; the errors
// come together, each naming its file.
func (rules *ClientConfigLoadingRules) Load() (*api.Config, error) {
	if err := rules.Migrate(); err != nil {
		return nil, err
	}
	if rules.ExplicitPath != "" {
		if _, err := os.Stat(rules.ExplicitPath); errors.Is(err, fs.ErrNotExist) {
			return nil, asKubeconfig(err)
		}
	}
	configs, missing, err := loadFiles(rules.GetLoadingPrecedence())
	if rules.WarnIfAllMissing && len(missing) > 0 && len(configs) == 0 {
		rules.Warner.Warn(MissingConfigError{Missing: missing})
	}
	merged, mergeErr := merge(configs)
	if mergeErr != nil {
		return nil, errors.Join(err, mergeErr)
	}
	if rules.ResolvePaths() {
		err = errors.Join(err, ResolveLocalPaths(merged))
	}
	remembered.remember(rules.GetLoadingPrecedence(), merged)
	return merged, err
}

// ResolvePaths tells whether Load makes paths absolute.
func (rules ClientConfigLoadingRules) ResolvePaths() bool { return !rules.DoNotResolvePaths }

// GetLoadingPrecedence returns the explicit file, or a copy of Precedence.
func (rules *ClientConfigLoadingRules) GetLoadingPrecedence() []string {
	if rules.IsExplicitFile() {
		return []string{rules.ExplicitPath}
	}
	return append([]string{}, rules.Precedence...)
}

// GetStartingConfig loads; where the explicit file does not exist, the config is empty.
func (rules *ClientConfigLoadingRules) GetStartingConfig() (*api.Config, error) {
	return startingConfig(rules)
}

// startingConfig is what rules load, where an explicit file may be missing: it is about to be written.
func startingConfig(rules *ClientConfigLoadingRules) (*api.Config, error) {
	config, err := rules.Load()
	if config == nil && errors.Is(err, fs.ErrNotExist) {
		config, err = api.NewConfig(), nil
		remembered.remember(rules.GetLoadingPrecedence(), config)
	}
	if err != nil {
		return nil, err
	}
	return config, nil
}

// GetDefaultFilename returns the explicit file, or the first file that exists, or the first.
func (rules *ClientConfigLoadingRules) GetDefaultFilename() string {
	if rules.IsExplicitFile() {
		return rules.ExplicitPath
	}
	if path := firstExisting(rules.Precedence); path != "" {
		return path
	}
	if len(rules.Precedence) > 0 {
		return rules.Precedence[0]
	}
	return ""
}

func firstExisting(paths []string) string {
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// IsExplicitFile tells whether ExplicitPath is set.
func (rules *ClientConfigLoadingRules) IsExplicitFile() bool { return rules.ExplicitPath != "" }

// GetExplicitFile returns ExplicitPath.
func (rules *ClientConfigLoadingRules) GetExplicitFile() string { return rules.ExplicitPath }

// IsDefaultConfig tells whether config is that of DefaultClientConfig; false where there is none.
func (rules *ClientConfigLoadingRules) IsDefaultConfig(config *rest.Config) bool {
	if rules.DefaultClientConfig == nil {
		return false
	}
	defaults, err := rules.DefaultClientConfig.ClientConfig()
	return err == nil && reflect.DeepEqual(config, defaults)
}

// Migrate copies files from their former places to those where they are looked for now, before anything is read: for each
// rule whose file does not exist and whose former file does.
func (rules *ClientConfigLoadingRules) Migrate() error {
	for destination, source := range rules.MigrationRules {
		if err := migrate(source, destination); err != nil {
			return fmt.Errorf("migrate %s to %s: %w", source, destination, err)
		}
	}
	return nil
}
