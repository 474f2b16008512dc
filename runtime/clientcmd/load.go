package clientcmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/api/latest"
)

// The file that is read where nothing else is said, below the home folder, and the variable and the flag that say
// something else.
const (
	RecommendedConfigPathFlag   = "kubeconfig"
	RecommendedConfigPathEnvVar = "KUBECONFIG"
	RecommendedHomeDir          = ".kube"
	RecommendedFileName         = "config"
	RecommendedSchemaName       = "schema"
)

// maxSize is the number of bytes that a kubeconfig may have. The largest known have thousands of clusters in some
// megabytes; a file beyond this is a mistake, and YAML of that size would take all memory.
const maxSize = 64 << 20

// Load reads a kubeconfig of at most 64 MiB. Fields that it does not know are ignored; empty input is an empty kubeconfig.
// An error names the key that is wrong, and quotes no value.
func Load(data []byte) (*api.Config, error) {
	if len(data) > maxSize {
		return nil, errTooLarge
	}
	return latest.Decode(data)
}

var errTooLarge = errors.New("more than 64 MiB: this is no kubeconfig, or it is one to split into several files")

// LoadFromFile reads a kubeconfig file, and notes in each cluster, user and context where it came from. Relative paths
// stay as they are. The error names the file; os.IsNotExist is true of it where there is none.
func LoadFromFile(filename string) (*api.Config, error) {
	config, err := loadFile(filename)
	if err == nil {
		remembered.remember([]string{filename}, config)
	}
	return config, err
}

func loadFile(filename string) (*api.Config, error) {
	data, err := readFile(filename)
	if err != nil {
		return nil, asKubeconfig(err)
	}
	config, err := Load(data)
	if err != nil {
		return nil, fmt.Errorf("kubeconfig %s: %w", filename, err)
	}
	for _, c := range config.Clusters {
		c.LocationOfOrigin = filename
	}
	for _, u := range config.AuthInfos {
		u.LocationOfOrigin = filename
	}
	for _, c := range config.Contexts {
		c.LocationOfOrigin = filename
	}
	return config, nil
}

// asKubeconfig is the error of a file with a word on what the file is; os.IsNotExist still sees one that is missing.
func asKubeconfig(err error) error {
	if problem, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: "kubeconfig", Path: problem.Path, Err: problem.Err}
	}
	return err
}

// readFile reads no more than can be of use: the file may be a device without end.
func readFile(filename string) ([]byte, error) {
	file, err := os.Open(filename) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(file, maxSize+1))
}

// loadFiles reads files. Empty names are left out, missing files listed, and the errors of all others come together.
func loadFiles(filenames []string) (configs []*api.Config, missing []string, err error) {
	var errs []error
	for _, filename := range filenames {
		if filename == "" {
			continue
		}
		config, err := loadFile(filename)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, filename)
		case err != nil:
			errs = append(errs, err)
		default:
			configs = append(configs, config)
		}
	}
	return configs, missing, errors.Join(errs...)
}

// GetConfigFromFileOrDie reads a kubeconfig file; one that does not exist is an empty kubeconfig. Where it cannot be read,
// the error is printed and the program ends.
func GetConfigFromFileOrDie(filename string) *api.Config {
	config, err := loadOrNew(filename)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return config
}

// loadOrNew reads a file, or returns an empty config where it does not exist.
func loadOrNew(filename string) (*api.Config, error) {
	config, err := loadFile(filename)
	if errors.Is(err, fs.ErrNotExist) {
		return api.NewConfig(), nil
	}
	return config, err
}
