package emit

import (
	"context"
	"crypto/rand"
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
// and removes the temporary files. Temporary files have random names and are made anew: nothing that lies there is
// opened, and no link is followed.
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

// temporary makes up a name for a temporary file beside path. It starts with a dot, so that the go command does not see
// it.
func temporary(path, tool string) string {
	return filepath.Join(filepath.Dir(path), "."+tool+"-"+rand.Text()+temporarySuffix)
}

const temporarySuffix = ".tmp"

func isTemporary(base, tool string) bool {
	return strings.HasPrefix(base, "."+tool+"-") && strings.HasSuffix(base, temporarySuffix)
}

// Apply implements [Sink].
func (d Disk) Apply(ctx context.Context, changes Changes) error {
	disk, err := openDisk(changes.places)
	if err != nil {
		return err
	}
	defer disk.close()
	for _, path := range changes.leftovers {
		if err := disk.remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	stage := staging{Disk: d, disk: disk, temp: map[string]string{}}
	if err := stage.write(ctx, changes.List); err != nil {
		stage.undo()
		return err
	}
	return stage.commit(changes.List)
}

// staging is the work before the first rename, all of which can be undone, and then the renaming.
type staging struct {
	Disk
	disk *disk
	// dirs are the folders that were made, temp the temporary files by their targets.
	dirs []string
	temp map[string]string
}

// write makes folders and temporary files for all new contents.
func (s *staging) write(ctx context.Context, list []Change) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	var first error
	for _, c := range list {
		temp := temporary(c.Path, s.Tool)
		if c.Action == Remove {
			first = s.removable(temp)
		} else if first = s.makeDir(c.Path); first == nil {
			s.temp[c.Path] = temp
			group.Go(func() error { return s.writeFile(ctx, temp, c) })
		}
		if first != nil {
			break
		}
	}
	return errors.Join(group.Wait(), first)
}

// removable finds out whether a file beside temp can be removed: whether its folder lets files come and go.
func (s *staging) removable(temp string) error {
	f, err := s.disk.create(temp, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), s.disk.remove(temp))
}

// makeDir makes the folder of a file and notes which of its parents are new.
func (s *staging) makeDir(path string) error {
	err := s.disk.on(path, func(*os.Root, string) error { return nil })
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	p, _, err := s.disk.at(path)
	if err != nil {
		return err
	}
	return s.makeWay(p, filepath.Dir(path))
}

func (s *staging) makeWay(p Place, dir string) error {
	name, err := filepath.Rel(p.Trusted, dir)
	if err != nil || name == "." {
		return err
	}
	if err := s.makeWay(p, filepath.Dir(dir)); err != nil {
		return err
	}
	switch err := s.disk.roots[p.Trusted].Mkdir(name, 0o755); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return whole(dir, err)
	}
	s.dirs = append(s.dirs, dir)
	return nil
}

// writeFile writes and syncs one temporary file. A file that is replaced keeps its permissions.
func (s *staging) writeFile(ctx context.Context, temp string, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f, err := s.disk.create(temp, c.mode)
	if err != nil {
		return err
	}
	write := s.Disk.write
	if write == nil {
		write = func(f *os.File, data []byte) error { _, err := f.Write(data); return err }
	}
	return errors.Join(write(f, c.New), f.Sync(), f.Close())
}

// undo removes the temporary files and the new folders.
func (s *staging) undo() {
	for _, path := range s.temp {
		_ = s.disk.remove(path)
	}
	for _, dir := range slices.Backward(s.dirs) {
		_ = s.disk.remove(dir)
	}
}

// commit renames the temporary files into place and removes what is no longer emitted.
func (s *staging) commit(list []Change) error {
	rename := s.rename
	if rename == nil {
		rename = s.disk.rename
	}
	for _, c := range list {
		if c.Action == Remove {
			continue
		}
		if err := rename(s.temp[c.Path], c.Path); err != nil {
			return fmt.Errorf("%w: %w", ErrPartial, err)
		}
	}
	for _, c := range list {
		if c.Action != Remove {
			continue
		}
		if err := s.disk.remove(c.Path); err != nil {
			return fmt.Errorf("%w: %w", ErrPartial, err)
		}
		s.disk.removeEmpty(filepath.Dir(c.Path))
	}
	return nil
}
