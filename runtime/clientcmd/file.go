package clientcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/api/latest"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
)

// Where kubeconfig files lie by default, below the home folder, and the environment variable and the flag that name others.
const (
	RecommendedConfigPathFlag   = "kubeconfig"
	RecommendedConfigPathEnvVar = "KUBECONFIG"
	RecommendedHomeDir          = ".kube"
	RecommendedFileName         = "config"
	RecommendedSchemaName       = "schema"
)

// maxSize is the largest kubeconfig that is read, in bytes. The largest known ones hold thousands of clusters in a few
// megabytes; a larger file is a mistake, and decoding YAML of that size would exhaust memory.
const maxSize = 64 << 20

// Load reads a kubeconfig of at most 64 MiB. Unknown fields are ignored; empty input is an empty kubeconfig.
// An error names the key that is wrong, and quotes no value.
func Load(data []byte) (*api.Config, error) {
	if len(data) > maxSize {
		return nil, errTooLarge
	}
	return latest.Decode(data)
}

var errTooLarge = errors.New("more than 64 MiB: this is no kubeconfig, or it is one to split into several files")

// LoadFromFile reads a kubeconfig file, and records it as the LocationOfOrigin of each cluster, user and context. Relative
// paths stay as they are. The error names the file; os.IsNotExist holds when the file does not exist.
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

// asKubeconfig makes an error about a file say that the file is a kubeconfig; os.IsNotExist still works on it.
func asKubeconfig(err error) error {
	if problem, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: "kubeconfig", Path: problem.Path, Err: problem.Err}
	}
	return err
}

// readFile reads at most maxSize+1 bytes: the file may be a device without end.
func readFile(filename string) ([]byte, error) {
	file, err := os.Open(filename) //nolint:gosec // the caller names the file
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	return io.ReadAll(io.LimitReader(file, maxSize+1))
}

// loadFiles reads files. It skips empty names, lists missing files, and joins the errors of all others.
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

// GetConfigFromFileOrDie reads a kubeconfig file; one that does not exist is an empty kubeconfig. When it cannot be read,
// the error is printed to standard error and the program exits with 1.
func GetConfigFromFileOrDie(filename string) *api.Config {
	config, err := loadOrNew(filename)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return config
}

// loadOrNew reads a file, or returns an empty config when it does not exist.
func loadOrNew(filename string) (*api.Config, error) {
	config, err := loadFile(filename)
	if errors.Is(err, fs.ErrNotExist) {
		return api.NewConfig(), nil
	}
	return config, err
}

// Write returns a kubeconfig as YAML: lists sorted by name, the same bytes for the same config.
func Write(config api.Config) ([]byte, error) { return latest.Encode(&config) }

// WriteToFile replaces the content of a file by config. Readers see the old content or the new, never a part of it, even
// after a crash; see [ModifyConfig] for links, modes and locks. A new file has mode 0600.
func WriteToFile(config api.Config, filename string) error {
	data, err := Write(config)
	if err != nil {
		return fmt.Errorf("encode for %s: %w", filename, err)
	}
	err = locked([]string{filename}, func() error { return safefile.Write(filename, data, newFileMode) })
	if errors.Is(err, safefile.ErrNoLock) { // where no lock file can be made, no other program can write either
		return safefile.Write(filename, data, newFileMode)
	}
	return err
}

// newFileMode lets only the owner read: kubeconfigs hold secrets.
const newFileMode = 0o600

// lockTimeout bounds the wait for other writers; one write takes milliseconds.
const lockTimeout = 30 * time.Second

// locked calls do while the files are locked.
func locked(files []string, do func() error) (err error) {
	if !UseModifyConfigLock {
		return do()
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), lockTimeout, fmt.Errorf("waited for %s", lockTimeout))
	defer cancel()
	unlock, err := safefile.Lock(ctx, files...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	return do()
}
