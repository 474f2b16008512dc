package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// scene is what a transcript shows. Scenes are played one after the other in one module.
type scene struct {
	name string
	// before are commands that the transcript does not show, after those that undo what the scene did.
	before, after string
	shown         []string
	// timed shows how long each command took.
	timed bool
}

const (
	types = "apis/fleet/v1alpha1/types.go"
	crd   = "config/crd/fleet.example.com_robots.yaml"
)

func scenes() []scene {
	return []scene{
		{name: "newcomer", timed: true, shown: []string{
			"go mod init example.com/fleet",
			"go run github.com/typewright/typewright/cmd/clientgen@latest init",
			"go mod tidy",
			"go run .",
		}},
		{name: "clientgen", shown: []string{"go tool clientgen --help"}},
		{name: "informergen", shown: []string{"go tool informergen --help"}},
		{
			name: "generate", before: "sed -i 's/Phase string .*/&\\n\\tBattery int32 `json:\"battery,omitempty\"`/' " + types,
			shown: []string{"go generate ./...", "go generate ./..."},
		},
		{
			name: "verify", before: "sed -i 's/singular: robot/singular: robo/' " + crd,
			shown: []string{`"$(go tool -n clientgen)" verify; echo "exit code $?"`}, after: "go generate ./...",
		},
		{
			name: "marker", before: "sed -i 's/+genclient$/+genclinet/' " + types,
			shown: []string{"go generate ./..."}, after: "sed -i 's/+genclinet/+genclient/' " + types,
		},
		{name: "typos", shown: []string{"go tool clientgen verfy", "go tool clientgen --verfy", "go tool clientgen -verify"}},
		{name: "rbac", shown: []string{"go tool clientgen rbac ."}},
	}
}

// play plays the scenes in a new folder, and returns their transcripts by name.
func play(ctx context.Context, dir string) (map[string]string, error) {
	if err := os.Mkdir(dir, 0o750); err != nil {
		return nil, err
	}
	played := map[string]string{}
	for _, s := range scenes() {
		if err := aside(ctx, dir, s.before); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		var text strings.Builder
		for _, command := range s.shown {
			started := time.Now()
			out, err := terminal(ctx, dir, command)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			if took := time.Since(started); s.timed {
				command = fmt.Sprintf("%s   # %.1f s", command, took.Seconds())
			}
			text.WriteString("$ " + command + "\n" + out)
		}
		if err := aside(ctx, dir, s.after); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		played[s.name] = text.String()
	}
	return played, nil
}

// aside runs what is not shown.
func aside(ctx context.Context, dir, command string) error {
	if command == "" {
		return nil
	}
	cmd := exec.CommandContext(ctx, "bash", "-c", command) //nolint:gosec // one of the scenes'
	cmd.Dir, cmd.Env = dir, environment()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command, err, out)
	}
	return nil
}

// noise matches what the go command says only while its caches are cold.
var noise = regexp.MustCompile(`(?m)^go: (downloading|finding|found|added|to add module requirements|copying).*\n(\tgo mod tidy\n)?`)

// terminal runs a command in a terminal of 80 columns and returns what can be read there. The command may fail.
func terminal(ctx context.Context, dir, command string) (string, error) {
	const wide = "stty cols 80 rows 24; "
	cmd := exec.CommandContext(ctx, "script", "--quiet", "--command", wide+command, "/dev/null") //nolint:gosec // one of the scenes'
	cmd.Dir, cmd.Env = dir, environment()
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		return "", fmt.Errorf("%s needs the command script of util-linux: %w", command, err)
	}
	text := strings.ReplaceAll(string(out), "\r\n", "\n")
	text = noise.ReplaceAllString(text, "")
	return strings.ReplaceAll(text, filepath.Dir(dir), "/home/you"), nil
}

// environment is that of the process, in a module alone and without colours.
func environment() []string {
	return append(os.Environ(), "GOWORK=off", "GOFLAGS=", "NO_COLOR=1", "SHELL=/bin/bash")
}
