package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// program is a program of this folder, with its arguments.
type program struct {
	args  []string
	takes string
}

func programs() []program {
	return []program{
		{[]string{"./generate", "-runs", "1"}, "three minutes"},
		{[]string{"./crds", "-runs", "3", "-only", "together"}, "a minute"},
		{[]string{"./rest", "-rounds", "3"}, "a minute"},
		{[]string{"./queue", "-rounds", "3"}, "two minutes"},
		{[]string{"./cache", "-rounds", "3", "-only", "Sync", "-objects", "20000"}, "a minute"},
		{[]string{"./cache", "-rounds", "1", "-only", "Sync", "-objects", "1000,10000,100000"}, "a minute"},
		{[]string{"./cache", "-rounds", "1", "-only", "Sync", "-objects", "1000000", "-sides", "typewright"}, "two minutes"},
		{[]string{"./cache", "-rounds", "3", "-only", "Store"}, "a minute"},
		{[]string{"./cache", "-rounds", "3", "-only", "List"}, "a minute"},
		{[]string{"./cache", "-rounds", "3", "-only", "Handlers"}, "half a minute"},
		{[]string{"./idle", "-rounds", "1"}, "a minute"},
	}
}

// run runs the program and copies its output.
func (p program) run(ctx context.Context, out io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"run"}, p.args...)...)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go run %s: %w", strings.Join(p.args, " "), err)
	}
	return nil
}

// machine says where and when the lines were measured.
func machine(earlier string) string {
	at := time.Now()
	if info, err := os.Stat(earlier); err == nil {
		at = info.ModTime()
	}
	return fmt.Sprintf("%d cores (%s/%s), %s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version(), at.Format("2 January 2006"))
}
