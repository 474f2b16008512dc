package migrate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// write replaces files: it writes all of them beside their targets first, and renames them then. Until the first rename a failure
// leaves the tree as it was; a failed rename puts the files back that were renamed before it.
func write(files map[string][]byte) (err error) {
	staged := make(map[string]string, len(files)) // targets to temporary files
	defer func() {
		for _, temporary := range staged {
			_ = os.Remove(temporary)
		}
	}()
	old := make(map[string][]byte, len(files))
	for target, data := range files {
		before, err := os.ReadFile(target)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		old[target] = before
		if staged[target], err = stage(target, data); err != nil {
			return err
		}
	}
	var renamed []string
	for target, temporary := range staged {
		if err := os.Rename(temporary, target); err != nil {
			return errors.Join(err, restore(renamed, old))
		}
		delete(staged, target)
		renamed = append(renamed, target)
	}
	return nil
}

// stage writes a new file beside a target, with the target's mode.
func stage(target string, data []byte) (string, error) {
	mode := os.FileMode(0o644)
	if info, err := os.Lstat(target); err == nil {
		if !info.Mode().IsRegular() {
			return "", fmt.Errorf("%s is no regular file", target)
		}
		mode = info.Mode().Perm()
	}
	file, err := os.CreateTemp(filepath.Dir(target), ".migrate-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	return file.Name(), errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
}

// restore puts back the contents of files.
func restore(targets []string, old map[string][]byte) error {
	var failed error
	for _, target := range targets {
		if old[target] == nil {
			failed = errors.Join(failed, os.Remove(target))
			continue
		}
		temporary, err := stage(target, old[target])
		if err == nil {
			err = os.Rename(temporary, target)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}
