// Package proc measures whole processes.
package proc

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// Usage is what one or more processes took, one after the other.
type Usage struct {
	Wall time.Duration
	CPU  time.Duration
	// PeakRSS is the largest resident set of any one of the processes, in bytes.
	PeakRSS int64
}

// Command is a program with its arguments, run in Dir.
type Command struct {
	Dir  string
	Args []string
}

// Run runs the commands in turn and adds up what they took. The first that fails ends it, with its output in the error.
func Run(ctx context.Context, commands ...Command) (Usage, error) {
	var sum Usage
	for _, c := range commands {
		cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
		cmd.Dir = c.Dir
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		start := time.Now()
		if err := cmd.Run(); err != nil {
			return sum, fmt.Errorf("%v: %w\n%s", c.Args, err, out.Bytes())
		}
		sum.Wall += time.Since(start)
		sum.CPU += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			sum.PeakRSS = max(sum.PeakRSS, usage.Maxrss*1024)
		}
	}
	return sum, nil
}

// Median returns the run with the median wall time; runs is not empty.
func Median(runs []Usage) Usage {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b Usage) int { return cmp.Compare(a.Wall, b.Wall) })
	return sorted[len(sorted)/2]
}
