package memo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/gen/load"
)

// Digest stands for contents. That of a file which is not there is empty.
type Digest string

// Of is the digest of some bytes.
func Of(text []byte) Digest {
	sum := sha256.Sum256(text)
	return Digest(hex.EncodeToString(sum[:]))
}

// digestOf is the digest of values as JSON writes them.
func digestOf(values ...any) Digest {
	h := sha256.New()
	encoder := json.NewEncoder(h)
	for _, value := range values {
		// Plain strings, booleans, and lists and structs of these cannot fail.
		_ = encoder.Encode(value)
	}
	return Digest(hex.EncodeToString(h.Sum(nil)))
}

// digest is that of all input: the command, the settings, what was listed, and the contents of what was read: as they were
// when a run read them, so that what changes during the run is noticed by the next one, else as they are now. Files that the
// run itself emits are output.
func digest(run Run, listed []load.Listed, note Note) (Digest, error) {
	inputs := slices.Clone(listed)
	var contents []Digest
	var unread []string
	for i, p := range inputs {
		inputs[i].Files = nil
		for j, path := range p.Files {
			if _, emitted := note.Outputs[path]; emitted {
				continue
			}
			inputs[i].Files = append(inputs[i].Files, path)
			switch {
			case p.Contents != nil:
				contents = append(contents, Digest(hex.EncodeToString(p.Contents[j][:])))
			case p.Read:
				unread = append(unread, path)
			}
		}
	}
	now, err := digestFiles(unread)
	if err != nil {
		return "", err
	}
	contents = append(contents, now...)
	command, err := digestCommand()
	if err != nil {
		return "", err
	}
	return digestOf(command, run.Settings, run.Load.Dir, run.Load.Patterns, run.Load.Shallow, inputs, contents), nil
}

// digestFiles reads files, several at a time.
func digestFiles(paths []string) ([]Digest, error) {
	digests := make([]Digest, len(paths))
	var group errgroup.Group
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	for i, path := range paths {
		group.Go(func() error {
			digest, err := digestFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			digests[i] = digest
			return err
		})
	}
	return digests, group.Wait()
}

// digestFile reads a plain file.
func digestFile(path string) (Digest, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is no plain file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return Digest(hex.EncodeToString(h.Sum(nil))), nil
}

// digestCommand is the digest of the running executable: a newer generator takes nothing from an older one.
func digestCommand() (Digest, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	return digestFile(path)
}

// Expansions are the names of files in a folder that end as handwritten expansions do, sorted; none where there is no
// such folder. The file that holds the empty interfaces is emitted and does not count.
func Expansions(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	// What else stands where a folder should is in the way of the files, too, and reported with them.
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) {
		return nil, err
	}
	names := []string{}
	for _, entry := range entries {
		if name := entry.Name(); strings.HasSuffix(name, "_expansion.go") && name != "generated_expansion.go" {
			names = append(names, entry.Name())
		}
	}
	return names, nil
}
