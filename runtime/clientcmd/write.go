package clientcmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/api/latest"
	"github.com/typewright/typewright/runtime/clientcmd/internal/safefile"
)

// Write returns a kubeconfig as YAML: lists sorted by name, the same bytes for the same config.
func Write(config api.Config) ([]byte, error) { return latest.Encode(&config) }

// WriteToFile makes config the content of a file, whatever was in it. Readers see the old content or the new, never a
// part, and so does whoever looks after a crash; see [ModifyConfig] for links, modes and locks. A new file has mode 0600.
func WriteToFile(config api.Config, filename string) error {
	data, err := Write(config)
	if err != nil {
		return fmt.Errorf("encode for %s: %w", filename, err)
	}
	err = locked([]string{filename}, func() error { return safefile.Write(filename, data, newFileMode) })
	if errors.Is(err, safefile.ErrNoLock) { // there is nobody to keep out
		return safefile.Write(filename, data, newFileMode)
	}
	return err
}

// newFileMode is for the owner alone: kubeconfigs hold secrets.
const newFileMode = 0o600

// lockTimeout is for how long others may write before that counts as an error: one write takes milliseconds.
const lockTimeout = 30 * time.Second

// locked does something while the files are locked.
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
