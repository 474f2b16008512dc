package memo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"time"

	"github.com/typewright/typewright/gen/load"
)

// Book is the folder of notes.
type Book struct {
	// Dir is the folder; empty means that nothing is remembered.
	Dir string
}

// Open returns the book in the user's cache folder. Where there is no such folder, nothing is remembered.
func Open() Book {
	dir, err := os.UserCacheDir()
	if err != nil {
		return Book{}
	}
	return Book{Dir: filepath.Join(dir, "typewright")}
}

// Run is what is known of a run before anything is read.
type Run struct {
	// Load says what is read.
	Load load.Config
	// Settings is a text that differs wherever anything else differs that shapes the output.
	Settings string
}

// Note is what is remembered of one run.
type Note struct {
	// Inputs is the digest of everything that was read.
	Inputs Digest
	// Packages are the import paths that were listed, those that the patterns match among them; Read are those of which
	// the files were read.
	Packages, Read []string
	// Outputs are the digests of all emitted files by their absolute paths.
	Outputs map[string]Digest
	// Beside are the files beside types that the run owns, emitted or not.
	Beside []string
	// Expansions are names of handwritten files which shape the output by being there, by absolute folder.
	Expansions map[string][]string
	// Groups and Kinds are what there was to say about the run.
	Groups, Kinds int
}

// Recall returns the note of the run if everything that the run would read is as it was then, and everything that it
// emitted too.
func (b Book) Recall(ctx context.Context, run Run) (Note, bool) {
	var note Note
	if !b.private() {
		return note, false
	}
	text, err := os.ReadFile(b.path(run))
	if err != nil || json.Unmarshal(text, &note) != nil {
		return note, false
	}
	// The go command takes longest: outputs are looked at meanwhile, and where they do not stand, nobody waits for it.
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	stands := make(chan bool, 1)
	go func() {
		ok := note.stands()
		if !ok {
			stop()
		}
		stands <- ok
	}()
	same := note.inputsStand(ctx, run)
	return note, <-stands && same
}

// inputsStand tells whether all that the run would read is as it was.
func (n Note) inputsStand(ctx context.Context, run Run) bool {
	listed, err := load.List(ctx, run.Load, n.Packages...)
	if err != nil {
		return false
	}
	for i := range listed {
		listed[i].Read = slices.Contains(n.Read, listed[i].Path)
	}
	inputs, err := digest(run, listed, n)
	return err == nil && inputs == n.Inputs && n.expansionsStand()
}

// Keep writes a note down for a run that has listed and read these packages, and fills in what follows from them. It is a
// convenience: when it fails, the next run takes its full course.
func (b Book) Keep(run Run, listed []load.Listed, note Note) error {
	if b.Dir == "" {
		return nil
	}
	for _, p := range listed {
		note.Packages = append(note.Packages, p.Path)
		if p.Read {
			note.Read = append(note.Read, p.Path)
		}
	}
	var err error
	if note.Inputs, err = digest(run, listed, note); err != nil {
		return err
	}
	text, err := json.Marshal(note)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return err
	}
	if !b.private() {
		return fmt.Errorf("%s: others may write to this folder: nothing is remembered there", b.Dir)
	}
	b.sweep()
	return replace(b.path(run), text)
}

// private tells whether the folder is the user's own and nobody else's to write to: what stands in a note of another could
// make a run believe that nothing has changed.
func (b Book) private() bool {
	if b.Dir == "" {
		return false
	}
	info, err := os.Stat(b.Dir)
	return err == nil && info.IsDir() && owned(info) && (info.Mode().Perm()&othersWrite == 0 || runtime.GOOS == "windows")
}

const othersWrite fs.FileMode = 0o022

// path is the file of a run's note.
func (b Book) path(run Run) string {
	name := digestOf(run.Load.Dir, run.Load.Patterns, run.Settings)
	return filepath.Join(b.Dir, string(name)+".json")
}

// stands tells whether all emitted files lie on the disk as they were emitted.
func (n Note) stands() bool {
	paths := make([]string, 0, len(n.Outputs))
	for path := range n.Outputs {
		paths = append(paths, path)
	}
	now, err := digestFiles(paths)
	if err != nil {
		return false
	}
	for i, path := range paths {
		if now[i] != n.Outputs[path] {
			return false
		}
	}
	return true
}

func (n Note) expansionsStand() bool {
	for dir, names := range n.Expansions {
		if now, err := Expansions(dir); err != nil || !slices.Equal(now, names) {
			return false
		}
	}
	return true
}

// replace writes a file so that readers see the old text or the new.
func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// keepFor is how long a note that nobody writes again is kept.
const keepFor = 30 * 24 * time.Hour

// isNote knows the names that notes have, finished or not.
var isNote = regexp.MustCompile(`^([0-9a-f]{64}\.json|new-[0-9]+)$`)

// sweep removes old notes.
func (b Book) sweep() {
	entries, _ := os.ReadDir(b.Dir)
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && isNote.MatchString(entry.Name()) && info.Mode().IsRegular() && time.Since(info.ModTime()) > keepFor {
			_ = os.Remove(filepath.Join(b.Dir, entry.Name()))
		}
	}
}
