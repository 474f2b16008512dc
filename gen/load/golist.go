package load

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"
)

// listing is what "go list" says about a package.
type listing struct {
	ImportPath, Name, Dir string
	GoFiles, CgoFiles     []string
	// DepOnly is set for packages that no pattern matches.
	DepOnly bool
	Module  *packages.Module
	Error   *struct{}
}

// goList asks the go command itself, without go/packages, which first calls the command a second time for its version: that call
// takes as long as a third of all else. ok is false if go/packages has to do it: where a driver takes the place of the go command,
// as in Bazel, and where anything is wrong, which go/packages knows how to report.
func (u *universe) goList(ctx context.Context, deep bool, patterns []string) (roots, imported []*packages.Package, ok bool) {
	if u.hasDriver() {
		return nil, nil, false
	}
	args := []string{"list", "-e", "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,DepOnly,Module,Error", "-buildvcs=false", "-pgo=off"}
	if deep {
		args = append(args, "-deps", "--")
	} else {
		args = append(args, "-find", "--")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, patterns...)...) //nolint:gosec // patterns are no flags: they follow "--"
	cmd.Dir, cmd.Env = u.dir, append(u.environment(), "PWD="+u.dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.Output()
	if err != nil {
		return nil, nil, false
	}
	return readListings(out)
}

func (u *universe) environment() []string {
	if u.cfg.Env != nil {
		return slices.Clip(u.cfg.Env)
	}
	return os.Environ()
}

// hasDriver reports whether go/packages would call another command than go. See the documentation of its Load.
func (u *universe) hasDriver() bool {
	driver := ""
	for _, variable := range u.environment() {
		if value, ok := strings.CutPrefix(variable, "GOPACKAGESDRIVER="); ok {
			driver = value
		}
	}
	if driver == "" {
		_, err := exec.LookPath("gopackagesdriver")
		return err == nil
	}
	return driver != "off"
}

// readListings takes the output of the go command apart. It leaves out imported packages with an error. ok is false if a package
// that a pattern matches has one.
func readListings(out []byte) (roots, imported []*packages.Package, ok bool) {
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listing
		if err := decoder.Decode(&l); err == io.EOF {
			return roots, imported, true
		} else if err != nil || l.ImportPath == "" || l.Error != nil && !l.DepOnly {
			return nil, nil, false
		}
		p := &packages.Package{PkgPath: l.ImportPath, Name: l.Name, Dir: l.Dir, Module: l.Module}
		for _, name := range slices.Concat(l.GoFiles, l.CgoFiles) {
			p.GoFiles = append(p.GoFiles, filepath.Join(l.Dir, name))
		}
		switch {
		case !l.DepOnly:
			roots = append(roots, p)
		case l.Error == nil:
			imported = append(imported, p)
		}
	}
}
