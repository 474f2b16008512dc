// Package migrate moves a module from client-go to this project: by a replace directive that puts the stand-in in client-go's place,
// or by rewriting imports. Either way it compiles the result first, tests included, and changes the module only if it compiles.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Way is how a module moves over.
type Way string

const (
	// Standin adds replace directives to go.mod. Dependencies that import client-go move along.
	Standin Way = "standin"
	// Imports rewrites the import paths of the module's Go files. Dependencies stay on client-go.
	Imports Way = "imports"
)

// Options say what to move. Way is required.
type Options struct {
	// Dir is a folder of the module; empty for the working folder.
	Dir string
	Way Way
	// Checkout is a folder with the source of this project, for replace directives; empty for the published modules.
	Checkout string
	// Version is that of the published modules. Without Checkout it is required.
	Version string
	// DryRun leaves the module as it is after the check.
	DryRun bool
	// Progress takes a line for each step; nil for none.
	Progress io.Writer
}

// NoCounterpartError lists the imports of packages that this project does not have.
type NoCounterpartError struct{ Imports []string } // file:line: import path

// Error names each import and the remedy.
func (e *NoCounterpartError) Error() string {
	return "these packages of client-go have no counterpart, so nothing was changed:\n  " + strings.Join(e.Imports, "\n  ") +
		"\nremove these imports, or move over with --standin, which has more packages"
}

// Run moves the module over. If it returns an error, the module is as it was.
func Run(ctx context.Context, o Options) error {
	m, err := open(ctx, o)
	if err != nil {
		return err
	}
	defer m.close()
	switch o.Way {
	case Standin:
		err = m.standin(ctx)
	case Imports:
		err = m.imports(ctx)
	default:
		err = fmt.Errorf("%q is no way to move over: choose %s or %s", o.Way, Standin, Imports)
	}
	if err != nil {
		return err
	}
	if o.DryRun {
		m.say("it would compile; nothing was changed")
		return nil
	}
	if err := write(m.changes); err != nil {
		return err
	}
	m.say("done: changed %d files of %s", len(m.changes), m.root)
	if _, err := os.Stat(filepath.Join(m.root, "vendor")); err == nil {
		m.say("next: go mod vendor")
	} else {
		m.say("next: go test ./...")
	}
	return nil
}

// standin checks the module with the replace directive.
func (m *module) standin(ctx context.Context) error {
	if !m.requires(ctx) {
		return errors.New("no package of this module or of its dependencies imports k8s.io/client-go: there is nothing to move")
	}
	if err := m.editMod(ctx, m.standinDirectives()...); err != nil {
		return err
	}
	return m.check(ctx)
}
