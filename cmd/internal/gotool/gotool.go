// Package gotool is what subcommands that change a module have in common: the go command, and where our own source comes from.
package gotool

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Run runs the go command in a folder and returns what it prints. It heeds no workspace: the subcommands change one go.mod, and a
// workspace does not know its new requirements. An error ends with what the command says of it.
func Run(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // the arguments are our own
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOWORK=off")
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args[:min(2, len(args))], " "), err, strings.TrimSpace(stderr.String()))
	}
	return out.String(), nil
}

// Source returns the absolute path of a checkout of this project, empty for published modules. Without a checkout the version of the
// published modules has to be known.
func Source(checkout, version string) (string, error) {
	if checkout == "" {
		if version == "" || version == "(devel)" || version == "unknown" {
			return "", errors.New("this command was not built from a published version: name the folder of its source with --checkout")
		}
		return "", nil
	}
	absolute, err := filepath.Abs(checkout)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(absolute, "standin", "go.mod")); err != nil {
		return "", fmt.Errorf("--checkout %s is no folder of this project's source: %w", checkout, err)
	}
	return absolute, nil
}
