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

// ErrPartial says that renaming failed half-way: each file is complete, but some are old and some are new.
var ErrPartial = errors.New("the tree is half changed, run again to complete it")

// Sink takes the changes that [Compare] found.
type Sink interface {
	// Apply takes all changes. If it returns an error other than [ErrPartial], it has taken none.
	Apply(ctx context.Context, changes Changes) error
}

// Disk makes changes on the disk. It writes and syncs new contents to temporary files beside their targets, and renames
// them when all are complete. Any failure before that, a full disk included, leaves the tree as it was. If the process is
// killed while it renames, each file is complete, old or new; the next run finishes the work and removes the temporary
// files. Temporary files have random names and must not exist before: Disk opens no existing file and follows no link.
type Disk struct {
	// Tool is the command. It is part of the names of temporary files, so that each command removes only its own.
	Tool string
	// rename replaces disk.rename in tests.
	rename func(from, to string) error
	// write replaces os.File.Write in tests.
	write func(f *os.File, data []byte) error
}

// writers is the number of files written at a time. It exceeds the number of processors because syncing waits for the disk.
const writers = 16

// temporary returns a random name for a temporary file beside path. The go command ignores names that start with a dot.
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

// staging is the state of one Apply: what was made before the first rename, and how to undo it.
type staging struct {
	Disk
	disk *disk
	// dirs are the new folders, parents first; temp holds the temporary files by target.
	dirs []string
	temp map[string]string
}

// write makes the folders and temporary files, and checks that the files to remove can be removed.
func (s *staging) write(ctx context.Context, list []Change) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	var first error
	for _, c := range list {
		temp := temporary(c.Path, s.Tool)
		if c.Action == Remove {
			first = s.checkRemovable(temp)
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

// checkRemovable creates and removes temp: if its folder allows that, other files in it can be removed too.
func (s *staging) checkRemovable(temp string) error {
	f, err := s.disk.create(temp, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), s.disk.remove(temp))
}

// makeDir makes the folder of a file.
func (s *staging) makeDir(path string) error {
	err := s.disk.access(path, func(*os.Root, string) error { return nil })
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	p, _, err := s.disk.placeOf(path)
	if err != nil {
		return err
	}
	return s.makeFolders(p, filepath.Dir(path))
}

// makeFolders makes dir and its parents below the trusted folder, and records the new ones in dirs.
func (s *staging) makeFolders(p Place, dir string) error {
	name, err := filepath.Rel(p.Trusted, dir)
	if err != nil || name == "." {
		return err
	}
	if err := s.makeFolders(p, filepath.Dir(dir)); err != nil {
		return err
	}
	switch err := s.disk.roots[p.Trusted].Mkdir(name, 0o755); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil:
		return withPath(dir, err)
	}
	s.dirs = append(s.dirs, dir)
	return nil
}

// writeFile writes and syncs one temporary file with the permissions of the change.
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

// commit renames the temporary files to their targets, then removes the files that are no longer emitted.
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
