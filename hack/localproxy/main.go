// Command localproxy packs the modules of this checkout into a module proxy in a folder: see hack/local-proxy.sh.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// published are the modules that programs need, by their folders. The stand-in is fetched by this path, though its go.mod says that it is
// client-go.
func published() map[string]string {
	const self = "github.com/typewright/typewright"
	folders := map[string]string{".": self}
	for _, folder := range []string{"generated/kubernetes", "standin", "runtime/apitest/cel"} {
		folders[folder] = self + "/" + folder
	}
	return folders
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: localproxy DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "localproxy:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	var packages []*packed
	sum := sha256.New()
	for folder, path := range published() {
		p, err := read(folder, path)
		if err != nil {
			return err
		}
		packages = append(packages, p)
	}
	slices.SortFunc(packages, func(a, b *packed) int { return strings.Compare(a.path, b.path) })
	for _, p := range packages {
		p.hash(sum)
	}
	now := time.Unix(0, 0).UTC() // equal contents get equal versions
	version := module.PseudoVersion("v0", "", now, hex.EncodeToString(sum.Sum(nil))[:12])
	for _, p := range packages {
		if err := p.write(dir, version, now); err != nil {
			return fmt.Errorf("%s: %w", p.path, err)
		}
	}
	return printExports(os.Stdout, dir)
}

// printExports prints the lines for a shell.
func printExports(w io.Writer, dir string) error {
	out, err := exec.Command("go", "env", "-json", "GOPROXY", "GONOSUMDB").Output() //nolint:noctx // it ends at once
	if err != nil {
		return err
	}
	var env map[string]string
	if err := json.Unmarshal(out, &env); err != nil {
		return err
	}
	patterns := strings.TrimPrefix(env["GONOSUMDB"]+",github.com/typewright/typewright", ",")
	_, err = fmt.Fprintf(w, "export GOPROXY='file://%s,%s'\nexport GONOSUMDB='%s'\n", filepath.ToSlash(dir), env["GOPROXY"], patterns)
	return err
}

// writeNew writes a file whole, or leaves the old one.
func writeNew(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Chmod(0o644), file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name())) //nolint:gosec // a file of our own
	}
	return os.Rename(file.Name(), name) //nolint:gosec // the user names the folder
}
