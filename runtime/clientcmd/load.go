package clientcmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/api/latest"
)

// The file that is read where nothing else is said, below the home folder, and the variable that says something else.
const (
	RecommendedConfigPathFlag   = "kubeconfig"
	RecommendedConfigPathEnvVar = "KUBECONFIG"
	RecommendedHomeDir          = ".kube"
	RecommendedFileName         = "config"
)

// Load reads a kubeconfig. Fields that it does not know are ignored; empty input is an empty kubeconfig. An error names the
// key that is wrong.
func Load(data []byte) (*api.Config, error) { return latest.Decode(data) }

// LoadFromFile reads a kubeconfig file, and notes in each cluster, user and context where it came from. Relative paths
// stay as they are. The error names the file.
func LoadFromFile(filename string) (*api.Config, error) {
	data, err := os.ReadFile(filename)
	if err != nil {
		return nil, err // names the file
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

// loadFiles reads and merges files, and makes their paths absolute. Files that do not exist are left out; those that
// cannot be read are reported, all of them together, and the others merged.
func loadFiles(filenames []string) (*api.Config, error) {
	var configs []*api.Config
	var errs []error
	for _, filename := range filenames {
		if filename == "" {
			continue
		}
		config, err := LoadFromFile(filename)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		configs = append(configs, config)
	}
	merged, err := merge(configs)
	errs = append(errs, err, ResolveLocalPaths(merged))
	return merged, errors.Join(errs...)
}

// ResolveLocalPaths makes the paths of a kubeconfig absolute, each against the folder of the file that it came from. It
// changes config.
func ResolveLocalPaths(config *api.Config) error {
	for _, cluster := range config.Clusters {
		if err := resolve(cluster.LocationOfOrigin, &cluster.CertificateAuthority); err != nil {
			return err
		}
	}
	for _, user := range config.AuthInfos {
		paths := []*string{&user.ClientCertificate, &user.ClientKey, &user.TokenFile}
		if user.Exec != nil && filepath.Base(user.Exec.Command) != user.Exec.Command {
			paths = append(paths, &user.Exec.Command)
		}
		if err := resolve(user.LocationOfOrigin, paths...); err != nil {
			return err
		}
	}
	return nil
}

// resolve makes paths of a file absolute; without a file they stay as they are.
func resolve(origin string, paths ...*string) error {
	if origin == "" {
		return nil
	}
	folder, err := filepath.Abs(filepath.Dir(origin))
	if err != nil {
		return fmt.Errorf("find the folder of %s: %w", origin, err)
	}
	for _, path := range paths {
		if *path != "" && !filepath.IsAbs(*path) {
			*path = filepath.Join(folder, *path)
		}
	}
	return nil
}
