// Shards measures what each replica of a program receives, computes and holds when 1, 2 and 4 of them share the objects of an API server:
// the first sync of many pods and one update of each, with a server that selects shards and with one that does not. The server and each
// replica are processes of their own.
//
//	go run ./shards [-objects 10000] [-docs ../docs]
//
// It prints a line for each measurement in the format of Go's benchmarks. With -docs it writes the table of scale.md and its plot.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/typewright/typewright/bench/internal/proc"
)

// replicas are the numbers of replicas that are measured.
var replicas = []int{1, 2, 4}

func main() {
	serve := flag.Bool("serve", false, "be the server (the program starts it itself)")
	selects := flag.Bool("selects", false, "the server selects shards, for -serve and -replica")
	replica := flag.String("replica", "", "be the replica of this name (the program starts it itself)")
	url := flag.String("url", "", "address of the server, for -replica")
	of := flag.Int("of", 0, "how many replicas there are, for -replica")
	objects := flag.Int("objects", 10_000, "pods")
	docs := flag.String("docs", "", "the folder of scale.md, which is written to")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case flag.NArg() > 0:
		err = errors.New("unexpected arguments: " + strings.Join(flag.Args(), " "))
	case *serve:
		err = beServer(ctx, *objects, *selects)
	case *replica != "":
		err = beReplica(ctx, *url, *replica, *of, *selects)
	default:
		err = compare(ctx, *objects, *docs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "shards:", err)
		os.Exit(1) //nolint:gocritic // stop has nothing left to do
	}
}

// compare measures all numbers of replicas with both servers.
func compare(ctx context.Context, objects int, docs string) error {
	var rows []row
	for _, selects := range []bool{true, false} {
		for _, n := range replicas {
			all, err := share(ctx, objects, n, selects)
			if err != nil {
				return fmt.Errorf("%d replicas: %w", n, err)
			}
			r := row{replicas: n, selects: selects, mean: mean(all), most: most(all)}
			rows = append(rows, r)
			fmt.Println(r.benchmark())
		}
	}
	if docs == "" {
		return nil
	}
	return write(docs, objects, rows)
}

// share lets n replicas share the objects of a server, and returns what each took.
func share(ctx context.Context, objects, n int, selects bool) ([]figures, error) {
	url, stop, err := proc.StartServer(ctx, "-serve", fmt.Sprintf("-selects=%t", selects), "-objects", strconv.Itoa(objects))
	if err != nil {
		return nil, err
	}
	defer stop()
	all := make([]*process, n)
	for i := range all {
		if all[i], err = start(ctx, url, i, n, selects); err != nil {
			return nil, err
		}
		defer all[i].end()
	}
	result := make([]figures, n)
	for _, step := range []string{"share", "sync"} {
		if err := each(all, func(_ int, p *process) error { return p.expect(step) }); err != nil {
			return nil, err
		}
		if err := each(all, func(_ int, p *process) error { return p.next() }); err != nil {
			return nil, err
		}
	}
	if err := change(ctx, url); err != nil {
		return nil, err
	}
	return result, each(all, func(i int, p *process) error {
		line, err := p.out.ReadString('\n')
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(line), &result[i])
	})
}

// process is a replica. It prints a line after each step and waits for a line before the next.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(ctx context.Context, url string, i, n int, selects bool) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"-replica", fmt.Sprintf("replica-%d", i), "-of", strconv.Itoa(n), "-url", url, fmt.Sprintf("-selects=%t", selects)}
	p := &process{cmd: exec.CommandContext(ctx, self, args...)} //nolint:gosec // it is this very program
	p.cmd.Stderr = os.Stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	return p, p.cmd.Start()
}

// expect waits until the process has done a step.
func (p *process) expect(step string) error {
	line, err := p.out.ReadString('\n')
	if err != nil {
		return fmt.Errorf("wait for %q: %w", step, err)
	}
	if line != step+"\n" {
		return fmt.Errorf("a replica said %q in place of %q", line, step)
	}
	return nil
}

// next tells the process to do the next step.
func (p *process) next() error {
	_, err := io.WriteString(p.in, "\n")
	return err
}

func (p *process) end() {
	_ = p.in.Close()
	_ = p.cmd.Wait()
}

// each calls do for all processes at once.
func each(all []*process, do func(i int, p *process) error) error {
	var group errgroup.Group
	for i, p := range all {
		group.Go(func() error { return do(i, p) })
	}
	return group.Wait()
}
