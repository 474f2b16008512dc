package clientcmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	goruntime "runtime"

	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
)

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
