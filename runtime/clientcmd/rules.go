package clientcmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	goruntime "runtime"
	"slices"
	"strings"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
	"github.com/typewright/typewright/runtime/rest"
)

// ClientConfigLoadingRules say which kubeconfig files are read.
type ClientConfigLoadingRules struct {
	// ExplicitPath is the only file to read, and must exist. When it is set, Precedence is ignored.
	ExplicitPath string
	// Precedence lists the files to merge; the first that sets a value wins. Missing files are skipped.
	Precedence []string
	// MigrationRules maps a file to the path where it used to lie; see Migrate.
	MigrationRules map[string]string
	// DoNotResolvePaths leaves relative paths as they are.
	DoNotResolvePaths bool
	// DefaultClientConfig is what IsDefaultConfig compares with; see [ClientConfigLoader].
	DefaultClientConfig ClientConfig
	// WarnIfAllMissing passes a MissingConfigError to Warner when none of the files exists.
	WarnIfAllMissing bool
	// Warner receives warnings; nil logs them at verbosity 1.
	Warner WarningHandler
}

var _ ClientConfigLoader = &ClientConfigLoadingRules{}

// WarningHandler receives problems that do not stop loading.
type WarningHandler func(error)

// Warn passes err to the handler, or logs it when the handler is nil.
func (handler WarningHandler) Warn(err error) {
	if handler == nil {
		klog.V(1).Info(err)
		return
	}
	handler(err)
}

// MissingConfigError reports that none of the files exists.
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

// Load migrates, then reads and merges the files. When some cannot be read, it returns what the others say beside the joined
// errors, each of which names its file.
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

// ResolvePaths reports whether Load makes paths absolute.
func (rules ClientConfigLoadingRules) ResolvePaths() bool { return !rules.DoNotResolvePaths }

// GetLoadingPrecedence returns the explicit file, or a copy of Precedence.
func (rules *ClientConfigLoadingRules) GetLoadingPrecedence() []string {
	if rules.IsExplicitFile() {
		return []string{rules.ExplicitPath}
	}
	return append([]string{}, rules.Precedence...)
}

// GetStartingConfig loads the files; the config is empty when the explicit file does not exist.
func (rules *ClientConfigLoadingRules) GetStartingConfig() (*api.Config, error) {
	return startingConfig(rules)
}

// startingConfig loads by rules. An explicit file may be missing, since the caller is about to write it.
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

// IsExplicitFile reports whether ExplicitPath is set.
func (rules *ClientConfigLoadingRules) IsExplicitFile() bool { return rules.ExplicitPath != "" }

// GetExplicitFile returns ExplicitPath.
func (rules *ClientConfigLoadingRules) GetExplicitFile() string { return rules.ExplicitPath }

// IsDefaultConfig reports whether config equals that of DefaultClientConfig; false when there is no DefaultClientConfig.
func (rules *ClientConfigLoadingRules) IsDefaultConfig(config *rest.Config) bool {
	if rules.DefaultClientConfig == nil {
		return false
	}
	defaults, err := rules.DefaultClientConfig.ClientConfig()
	return err == nil && reflect.DeepEqual(config, defaults)
}

// Migrate copies a file from the path where it used to lie, for each of MigrationRules whose file does not exist while the
// former one does. Load calls it first.
func (rules *ClientConfigLoadingRules) Migrate() error {
	for destination, source := range rules.MigrationRules {
		if err := migrate(source, destination); err != nil {
			return fmt.Errorf("migrate %s to %s: %w", source, destination, err)
		}
	}
	return nil
}

// currentMigrationRules are where kubectl kept the file of the home folder before.
func currentMigrationRules() map[string]string {
	former := ".kubeconfig"
	if goruntime.GOOS == "windows" {
		former = RecommendedFileName
	}
	return map[string]string{
		RecommendedHomeFile: filepath.Join(os.Getenv("HOME"), RecommendedHomeDir, former),
	}
}

// migrate copies a file that is not there yet. A file that may not be seen counts as being there.
func migrate(source, destination string) error {
	switch _, err := os.Stat(destination); {
	case err == nil, errors.Is(err, fs.ErrPermission):
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	info, err := os.Stat(source)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.New("it is a directory")
	}
	data, err := readFile(source)
	if err != nil {
		return err
	}
	return safefile.Write(destination, data, info.Mode().Perm()&0o666)
}
