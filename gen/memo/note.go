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

// Book is a folder of notes.
type Book struct {
	// Dir is the folder. If it is empty, the book keeps and recalls nothing.
	Dir string
}

// Open returns the book in the user's cache folder, or one that keeps nothing if the user has no cache folder.
func Open() Book {
	dir, err := os.UserCacheDir()
	if err != nil {
		return Book{}
	}
	return Book{Dir: filepath.Join(dir, "typewright")}
}

// Run identifies a run by what is known before anything is read.
type Run struct {
	// Load says what is read.
	Load load.Config
	// Settings encodes everything else that shapes the output.
	Settings string
}

// Note is the record of one run.
type Note struct {
	// Inputs is the digest of everything that was read.
	Inputs Digest
	// Packages are the import paths of all listed packages; Read are those whose files were read.
	Packages, Read []string
	// Outputs holds the digests of all emitted files by absolute path.
	Outputs map[string]Digest
	// Beside are the single files that the run owns outside its folders, emitted or not.
	Beside []string
	// Roots are the folders whose generated files belong to the run.
	Roots []string
	// Expansions are the names of handwritten expansions by absolute folder.
	Expansions map[string][]string
	// Groups and Kinds count those with a client.
	Groups, Kinds int
}

// Recall returns the note of the run if all inputs and outputs are unchanged. It returns false on any error.
func (b Book) Recall(ctx context.Context, run Run) (Note, bool) {
	var note Note
	if !b.private() {
		return note, false
	}
	text, err := os.ReadFile(b.path(run))
	if err != nil || json.Unmarshal(text, &note) != nil {
		return note, false
	}
	// The go command takes longest, so outputs are checked meanwhile. If they have changed, the go command is stopped.
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	outputs := make(chan bool, 1)
	go func() {
		ok := note.outputsUnchanged()
		if !ok {
			stop()
		}
		outputs <- ok
	}()
	inputs := note.inputsUnchanged(ctx, run)
	return note, <-outputs && inputs
}

// inputsUnchanged reports whether the run would read what it read when the note was made.
func (n Note) inputsUnchanged(ctx context.Context, run Run) bool {
	listed, err := load.List(ctx, run.Load, n.Packages...)
	if err != nil {
		return false
	}
	for i := range listed {
		listed[i].Read = slices.Contains(n.Read, listed[i].Path)
	}
	inputs, err := digest(run, listed, n)
	return err == nil && inputs == n.Inputs && n.expansionsUnchanged()
}

// Keep writes a note for a run that has listed these packages. It sets Inputs, Packages and Read of the note. If it fails,
// the next run is made in full; nothing else is lost.
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
		return fmt.Errorf("%s: other users may write to this folder: no notes are kept there", b.Dir)
	}
	b.removeOld()
	return replace(b.path(run), text)
}

// private reports whether the folder belongs to the user and only the user may write to it. A forged note could make a run
// believe that nothing has changed.
func (b Book) private() bool {
	if b.Dir == "" {
		return false
	}
	info, err := os.Stat(b.Dir)
	return err == nil && info.IsDir() && owned(info) && (info.Mode().Perm()&othersWrite == 0 || runtime.GOOS == "windows")
}

const othersWrite fs.FileMode = 0o022

// path returns the file of a run's note.
func (b Book) path(run Run) string {
	name := digestOf(run.Load.Dir, run.Load.Patterns, run.Settings)
	return filepath.Join(b.Dir, string(name)+".json")
}

// outputsUnchanged reports whether all emitted files still have the contents that were emitted.
func (n Note) outputsUnchanged() bool {
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

func (n Note) expansionsUnchanged() bool {
	for dir, names := range n.Expansions {
		if now, err := Expansions(dir); err != nil || !slices.Equal(now, names) {
			return false
		}
	}
	return true
}

// replace writes a file atomically: readers see the old text or the new.
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

// keepFor is how long a note is kept after it was last written.
const keepFor = 30 * 24 * time.Hour

// isNote matches the names of notes and of their temporary files.
var isNote = regexp.MustCompile(`^([0-9a-f]{64}\.json|new-[0-9]+)$`)

// removeOld removes notes and temporary files older than keepFor. It ignores errors.
func (b Book) removeOld() {
	entries, _ := os.ReadDir(b.Dir)
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && isNote.MatchString(entry.Name()) && info.Mode().IsRegular() && time.Since(info.ModTime()) > keepFor {
			_ = os.Remove(filepath.Join(b.Dir, entry.Name()))
		}
	}
}
