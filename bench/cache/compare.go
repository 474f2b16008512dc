package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"

	"github.com/typewright/typewright/bench/internal/proc"
)

func compare(ctx context.Context, opts options) error {
	var results table
	for _, objects := range opts.objects {
		for _, mode := range modes {
			if err := compareWire(ctx, opts, &results, mode, objects); err != nil {
				return err
			}
		}
	}
	for _, row := range rows(opts) {
		if !strings.HasPrefix(row.name, opts.only) {
			continue
		}
		if err := row.compare(opts, &results); err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
	}
	results.report()
	return nil
}

// modes are the kinds of informers: of pods; of pods without managed fields, which client-go's drops in a transform; of pods that share
// values, with and without managed fields, and of a view of pods, which are beside client-go's informer of pods; of pods as unstructured
// objects, and of those that share values.
var modes = []string{"", "lean", "shared", "sharedlean", "view", "dynamic", "dynamicshared"}

// mostDynamic bounds the informers of unstructured objects: a million take more memory than most machines have.
const mostDynamic = 20_000

// compareWire measures both sides, each in a process of its own, with a server of objects pods.
func compareWire(ctx context.Context, opts options, results *table, mode string, objects int) error {
	name := fmt.Sprintf("Sync%d%s", objects, mode)
	if !strings.HasPrefix(name, opts.only) || strings.HasPrefix(mode, "dynamic") && objects > mostDynamic {
		return nil
	}
	for range opts.rounds {
		for _, side := range opts.sides {
			m, err := measureWire(ctx, side, mode, objects)
			if err != nil {
				return fmt.Errorf("%s of %s: %w", name, side, err)
			}
			results.add(name, "µs/object", side, m.SyncWall/float64(objects))
			results.add(name, "cpu-µs/object", side, m.SyncCPU/float64(objects))
			results.add(name, "peak-B", side, m.peak)
			results.add(name, "gc-%", side, 100*m.SyncGC/m.SyncCPU)
			results.add(name+"/heap", "B/object", side, m.LiveHeap/float64(objects))
			results.add(name+"/updates", "µs/update", side, m.UpdatesWall/updates)
			results.add(name+"/updates", "cpu-µs/update", side, m.UpdatesCPU/updates)
			results.add(name+"/allocated", "MB", side, m.Allocated/1e6)
		}
	}
	return nil
}

// measurement is what it took to follow a server, in microseconds and bytes.
type measurement struct {
	SyncWall, SyncCPU       float64
	SyncGC                  float64 // processor time of the garbage collector, part of SyncCPU
	UpdatesWall, UpdatesCPU float64
	LiveHeap, Allocated     float64

	peak float64 // the most memory that the process had, updates included
}

func measureWire(ctx context.Context, side, mode string, objects int) (m measurement, err error) {
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	url, stop, err := proc.StartServer(ctx, "-serve", fmt.Sprint(objects))
	if err != nil {
		return m, err
	}
	defer stop()
	cmd := exec.CommandContext(ctx, self, "-side", side, "-mode", mode, "-url", url)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, err
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = float64(usage.Maxrss) * 1024
	}
	return m, json.Unmarshal(out, &m)
}
