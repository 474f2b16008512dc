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

// Digest is a SHA-256 in hexadecimal. The digest of a missing file is empty.
type Digest string

// Of returns the digest of text.
func Of(text []byte) Digest {
	sum := sha256.Sum256(text)
	return Digest(hex.EncodeToString(sum[:]))
}

// digestOf returns the digest of the JSON form of values.
func digestOf(values ...any) Digest {
	h := sha256.New()
	encoder := json.NewEncoder(h)
	for _, value := range values {
		// Strings, booleans, and lists and structs of these always encode.
		_ = encoder.Encode(value)
	}
	return Digest(hex.EncodeToString(h.Sum(nil)))
}

// digest returns the digest of all input: the command, the settings, the listed packages, and the contents of files that
// were read. It uses the contents that the run read, if listed has them, so that the next run notices a change made during
// this one; otherwise it reads the files now. Files that the run emits do not count as input.
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

// digestFiles returns the digests of files, in the order of paths. It reads several files at a time.
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

// digestFile returns the digest of a regular file. Anything else, such as a pipe that never ends, is an error.
func digestFile(path string) (Digest, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is not a regular file", path)
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

// digestCommand returns the digest of the running executable, so that a new generator ignores the notes of an old one.
func digestCommand() (Digest, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	return digestFile(path)
}

// Expansions returns the sorted names of the handwritten expansions in a folder: files that end in _expansion.go, except
// generated_expansion.go, which is emitted. It returns none if dir is missing or not a folder.
func Expansions(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	// If dir is a file, package emit reports it as an obstacle.
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
