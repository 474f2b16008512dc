package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each of two replicas reconciles some of the robots, and both together all. When one leaves, the other takes over its
// robots.
func TestShards(t *testing.T) {
	const robots = 20
	server, err := newServer(robots)
	require.NoError(t, err)
	defer server.Close()
	in, out := io.Pipe()
	var running sync.WaitGroup
	leave := map[string]context.CancelFunc{}
	start := func(name string) {
		ctx, cancel := context.WithCancel(t.Context())
		leave[name] = cancel
		running.Go(func() { assert.NoError(t, replica(ctx, server.Config(), name, out)) })
	}
	holder := map[string]string{}
	lines := bufio.NewScanner(in)
	read := func(done func(counts map[string]int) bool) {
		for counts := map[string]int{}; !done(counts) && lines.Scan(); {
			words := strings.Fields(lines.Text())
			holder[words[2]] = words[0]
			clear(counts)
			for _, name := range holder {
				counts[name]++
			}
		}
	}
	start("first")
	read(func(counts map[string]int) bool { return counts["first"] == robots })
	start("second")
	read(func(counts map[string]int) bool { return counts["second"] > 0 && counts["first"] > 0 })
	leave["first"]()
	read(func(counts map[string]int) bool { return counts["second"] == robots })
	assert.Len(t, holder, robots)
	leave["second"]()
	go func() { _, _ = io.Copy(io.Discard, in) }()
	running.Wait()
	_ = out.Close()
}
