// Package start writes the beginnings of a program: an API type, what go generate needs, a program with an informer, and a test.
package start

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/typewright/typewright/cmd/internal/gotool"
)

const self = "github.com/typewright/typewright"

// Options say where to start.
type Options struct {
	// Dir is the root of the module; empty for the working folder. It must hold a go.mod.
	Dir string
	// Checkout is a folder with the source of this project; empty for the published module.
	Checkout string
	// Version is that of the published module. Without Checkout it is required.
	Version string
	// Progress takes a line for each step; nil for none.
	Progress io.Writer
}

// ExistsError lists the files that are in the way.
type ExistsError struct{ Files []string }

// Error names the files and the remedy.
func (e *ExistsError) Error() string {
	return "nothing was written, since these files exist: " + strings.Join(e.Files, ", ") + "; move them away, or start in a new module"
}

//go:embed files
var files embed.FS

// sources are the files of package files, by their paths in the module. The program and its test come last: they import what is
// generated from the others.
func sources() (types, programs []source) {
	types = []source{
		{"apis.go.tmpl", "apis/generate.go"},
		{"doc.go.tmpl", "apis/fleet/v1alpha1/doc.go"},
		{"types.go.tmpl", "apis/fleet/v1alpha1/types.go"},
	}
	programs = []source{
		{"main.go.tmpl", "main.go"},
		{"main_test.go.tmpl", "main_test.go"},
	}
	return types, programs
}

type source struct{ template, path string }

// Run writes the files and generates from the types. It overwrites nothing. If it fails half-way, what it has written stays, for a look
// at it.
func Run(ctx context.Context, o Options) error {
	s := &start{Options: o}
	if err := s.check(ctx); err != nil {
		return err
	}
	types, programs := sources()
	if err := s.write(types); err != nil {
		return err
	}
	if _, err := gotool.Run(ctx, s.Dir, append([]string{"mod", "edit"}, s.directives()...)...); err != nil {
		return err
	}
	steps, next := [][]string{{"mod", "tidy"}, {"generate", "./apis/..."}}, "next: go mod tidy && go run ."
	if s.vendors() {
		steps, next = slices.Insert(steps, 1, []string{"mod", "vendor"}), "next: go mod tidy && go mod vendor && go run ."
	}
	for _, args := range steps {
		s.say("go " + strings.Join(args, " "))
		if _, err := gotool.Run(ctx, s.Dir, args...); err != nil {
			return err
		}
	}
	if err := s.write(programs); err != nil {
		return err
	}
	s.say("the types are in apis/fleet/v1alpha1, what is made of them in generated/ and config/crd/, the program in main.go")
	s.say(next)
	return nil
}

// start is one run.
type start struct {
	Options

	module string
}

// check finds the module and what is in the way.
func (s *start) check(ctx context.Context) error {
	checkout, err := gotool.Source(s.Checkout, s.Version)
	if err != nil {
		return err
	}
	s.Checkout = checkout
	if _, err := os.Stat(filepath.Join(s.Dir, "go.mod")); err != nil {
		return errors.New("there is no go.mod here: run \"go mod init example.com/fleet\" first, with the name of your module")
	}
	module, err := gotool.Run(ctx, s.Dir, "list", "-m")
	if err != nil {
		return err
	}
	s.module = strings.TrimSpace(module)
	types, programs := sources()
	var exist []string
	for _, source := range append(types, programs...) {
		if _, err := os.Lstat(filepath.Join(s.Dir, filepath.FromSlash(source.path))); err == nil {
			exist = append(exist, source.path)
		}
	}
	if len(exist) > 0 {
		return &ExistsError{exist}
	}
	return nil
}

// vendors reports whether the module has copies of its dependencies, which the go command wants to be as go.mod says.
func (s *start) vendors() bool {
	_, err := os.Stat(filepath.Join(s.Dir, "vendor", "modules.txt"))
	return err == nil
}

// directives are the arguments of go mod edit that add the two commands.
func (s *start) directives() []string {
	all := []string{"-tool=" + self + "/cmd/clientgen", "-tool=" + self + "/cmd/informergen"}
	if s.Checkout != "" {
		return append(all, "-replace="+self+"="+s.Checkout)
	}
	return append(all, "-require="+self+"@"+s.Version)
}

// write writes files that must not exist.
func (s *start) write(list []source) error {
	for _, source := range list {
		parsed, err := template.ParseFS(files, "files/"+source.template)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := parsed.Execute(&text, struct{ Module string }{s.module}); err != nil {
			return err
		}
		if err := create(filepath.Join(s.Dir, filepath.FromSlash(source.path)), text.Bytes()); err != nil {
			return err
		}
		s.say("wrote " + source.path)
	}
	return nil
}

// create writes a new file. It follows no link in place of the file.
func create(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // source code is for everybody
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func (s *start) say(line string) {
	if s.Progress != nil {
		fmt.Fprintln(s.Progress, line)
	}
}
