package emit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// ErrPartial says that renaming was broken off: each file is whole, but some are old and some new.
var ErrPartial = errors.New("the tree is half changed, run again to complete it")

// Sink is where changes go.
type Sink interface {
	// Apply takes all changes, or returns an error and has taken none, unless it is [ErrPartial].
	Apply(ctx context.Context, changes Changes) error
}

// Disk makes changes on the disk. New contents are written to temporary files beside their targets and synced, and only
// when all of them stand are they renamed into place; any failure up to there, a full disk included, leaves the tree as
// it was. A process that is killed while renaming leaves each file whole, old or new; the next run completes the work
// and removes the temporary files.
type Disk struct {
	// Tool is the command: temporary files bear its name, so that each command clears up its own.
	Tool string
	// rename stands in for os.Rename in tests.
	rename func(from, to string) error
	// write stands in for os.File.Write in tests.
	write func(f *os.File, data []byte) error
}

// writers is the number of files being written at a time: syncing waits for the disk, not for a processor.
const writers = 16

// temporary names a temporary file beside path. It starts with a dot, so that the go command does not see it.
func temporary(path, tool string) string {
	return filepath.Join(filepath.Dir(path), "."+tool+"-"+filepath.Base(path)+temporarySuffix)
}

const temporarySuffix = ".tmp"

func isTemporary(base, tool string) bool {
	return strings.HasPrefix(base, "."+tool+"-") && strings.HasSuffix(base, temporarySuffix)
}

// Apply implements [Sink].
func (d Disk) Apply(ctx context.Context, changes Changes) error {
	for _, path := range changes.leftovers {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	stage := staging{disk: d}
	if err := stage.write(ctx, changes.List); err != nil {
		stage.undo()
		return err
	}
	return d.commit(changes.List)
}

// commit renames the temporary files into place and removes what is no longer emitted.
func (d Disk) commit(list []Change) error {
	rename := d.rename
	if rename == nil {
		rename = os.Rename
	}
	for _, c := range list {
		if c.Action == Remove {
			continue
		}
		if err := rename(temporary(c.Path, d.Tool), c.Path); err != nil {
			return fmt.Errorf("%w: %w", ErrPartial, err)
		}
	}
	for _, c := range list {
		if c.Action != Remove {
			continue
		}
		if err := os.Remove(c.Path); err != nil {
			return fmt.Errorf("%w: %w", ErrPartial, err)
		}
		removeEmpty(filepath.Dir(c.Path))
	}
	return nil
}

// removeEmpty removes a folder that has become empty, and its parents as far as they are empty too.
func removeEmpty(dir string) {
	for os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}

// staging is the work before the first rename, all of which can be undone.
type staging struct {
	disk Disk
	dirs []string
	temp []string
}

// write makes folders and temporary files for all new contents.
func (s *staging) write(ctx context.Context, list []Change) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	var first error
	for _, c := range list {
		if c.Action == Remove {
			first = s.disk.removable(c.Path)
		} else if first = s.makeDir(filepath.Dir(c.Path)); first == nil {
			temp := temporary(c.Path, s.disk.Tool)
			s.temp = append(s.temp, temp)
			group.Go(func() error { return s.disk.writeFile(ctx, temp, c) })
		}
		if first != nil {
			break
		}
	}
	return errors.Join(group.Wait(), first)
}

// removable finds out whether a file can be removed: whether its folder lets files come and go.
func (d Disk) removable(path string) error {
	temp := temporary(path, d.Tool)
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(temp))
}

// makeDir makes a folder and notes which of its parents are new.
func (s *staging) makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := s.makeDir(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	s.dirs = append(s.dirs, dir)
	return nil
}

// writeFile writes and syncs one temporary file. A file that is replaced keeps its permissions.
func (d Disk) writeFile(ctx context.Context, temp string, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(c.Path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	write := d.write
	if write == nil {
		write = func(f *os.File, data []byte) error { _, err := f.Write(data); return err }
	}
	return errors.Join(write(f, c.New), f.Sync(), f.Close())
}

// undo removes the temporary files and the new folders.
func (s *staging) undo() {
	for _, path := range s.temp {
		_ = os.Remove(path)
	}
	for _, dir := range slices.Backward(s.dirs) {
		_ = os.Remove(dir)
	}
}
