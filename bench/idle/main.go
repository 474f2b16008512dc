// Idle measures what informers cost while nothing happens, beside client-go's, in one run: 2,000 kinds of one cluster, and 10 kinds of
// each of 200 clusters, as dynamic informers with a handler each, over HTTP/2 with TLS on the loopback interface. Each side is a process
// of its own that takes turns with the other.
//
//	go run ./idle [-rounds 3] [-kinds 2000] [-clusters 200]
//
// It prints a line for each measurement in the format of Go's benchmarks: goroutines, bytes of heap and stacks, timers, each by informer,
// and connections.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"

	"github.com/typewright/typewright/bench/internal/proc"
)

// sides are what is compared.
var sides = []string{"typewright", "client-go"}

// kindsOfCluster is the number of kinds in each of many clusters.
const kindsOfCluster = 10

// scene is a number of clusters with a number of kinds each.
type scene struct {
	name            string
	clusters, kinds int
}

func main() {
	runtime.MemProfileRate = 1 // a side counts its timers by where they were allocated
	serve := flag.Int("serve", 0, "be so many clusters (the program starts it itself)")
	side := flag.String("side", "", "measure one side with the clusters on standard input (the program starts it itself)")
	rounds := flag.Int("rounds", 3, "rounds")
	kinds := flag.Int("kinds", 2000, "kinds of the one cluster; for -side, of each")
	clusters := flag.Int("clusters", 200, "clusters with ten kinds each")
	dump := flag.String("dump", "", "write the goroutines and the heap of -side to files with this prefix")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case flag.NArg() > 0:
		err = errors.New("unexpected arguments: " + strings.Join(flag.Args(), " "))
	case *serve > 0:
		err = serveClusters(ctx, *serve)
	case *side != "":
		err = measure(ctx, *side, *kinds, *dump)
	default:
		scenes := []scene{{fmt.Sprintf("Idle%dKinds", *kinds), 1, *kinds}, {fmt.Sprintf("Idle%dClusters", *clusters), *clusters, kindsOfCluster}}
		err = compare(ctx, scenes, *rounds, *dump)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "idle:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

// compare measures both sides in all scenes, in turn.
func compare(ctx context.Context, scenes []scene, rounds int, dump string) error {
	for range rounds {
		for _, scene := range scenes {
			for _, side := range sides {
				m, err := scene.measure(ctx, side, dump)
				if err != nil {
					return fmt.Errorf("%s of %s: %w", scene.name, side, err)
				}
				informers := float64(scene.clusters * scene.kinds)
				fmt.Printf("Benchmark%s/%s\t%d\t%.2f goroutines/informer\t%.0f B/informer\t%.0f heap-B/informer\t%.0f stack-B/informer\t%.2f timers/informer\t%d connections\n",
					scene.name, side, scene.clusters*scene.kinds, float64(m.Goroutines)/informers, float64(m.Heap+m.Stacks)/informers,
					float64(m.Heap)/informers, float64(m.Stacks)/informers, float64(m.Timers)/informers, m.Connections)
			}
		}
	}
	return nil
}

// measure runs a side in a process of its own, with clusters in another process.
func (s scene) measure(ctx context.Context, side, dump string) (m measurement, err error) {
	clusters, stop, err := proc.StartServer(ctx, "-serve", fmt.Sprint(s.clusters))
	if err != nil {
		return m, err
	}
	defer stop()
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	if dump != "" {
		dump = fmt.Sprintf("%s-%s-%s", dump, s.name, side)
	}
	cmd := exec.CommandContext(ctx, self, "-side", side, "-kinds", fmt.Sprint(s.kinds), "-dump", dump) //nolint:gosec // it is this very program
	cmd.Stdin, cmd.Stderr = strings.NewReader(clusters), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(out, &m)
}
