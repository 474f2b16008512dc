package api

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/typewright/typewright/runtime/internal/credfile"
)

// FlattenConfig puts the contents of the certificate, key and CA files into the config, in place of their paths, so that
// it can be carried elsewhere. Paths are relative to the file of the stanza's origin. Token files, which change, and
// commands stay. After an error some stanzas are flattened and some are not.
func FlattenConfig(config *Config) error {
	for name, user := range config.AuthInfos {
		base, err := MakeAbs(filepath.Dir(user.LocationOfOrigin), "")
		if err != nil {
			return err
		}
		if err := FlattenContent(&user.ClientCertificate, &user.ClientCertificateData, base); err != nil {
			return fmt.Errorf("client-certificate of user %q: %w", name, err)
		}
		if err := FlattenContent(&user.ClientKey, &user.ClientKeyData, base); err != nil {
			return fmt.Errorf("client-key of user %q: %w", name, err)
		}
	}
	for name, cluster := range config.Clusters {
		base, err := MakeAbs(filepath.Dir(cluster.LocationOfOrigin), "")
		if err != nil {
			return err
		}
		if err := FlattenContent(&cluster.CertificateAuthority, &cluster.CertificateAuthorityData, base); err != nil {
			return fmt.Errorf("certificate-authority of cluster %q: %w", name, err)
		}
	}
	return nil
}

// FlattenContent reads the file that *path names, relative to baseDir, into *contents, and empties *path. An empty path
// changes nothing; a path beside contents is an error.
func FlattenContent(path *string, contents *[]byte, baseDir string) error {
	if *path == "" {
		return nil
	}
	if len(*contents) > 0 {
		return errors.New("a path and its data are both set: remove one of them")
	}
	data, err := credfile.Read(ResolvePath(*path, baseDir))
	if err != nil {
		return err
	}
	*path, *contents = "", data
	return nil
}

// ResolvePath returns path as seen from the folder base; an empty or absolute path stays as it is.
func ResolvePath(path, base string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// MakeAbs returns path as seen from the folder base, or from the working folder where base is empty. A path that is
// absolute already stays as it is.
func MakeAbs(path, base string) (string, error) {
	if filepath.IsAbs(path) {
		return path, nil
	}
	if base != "" {
		return filepath.Join(base, path), nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.Join(wd, path), nil
}
