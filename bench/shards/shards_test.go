package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// measured returns rows of replicas that take 1/N each, except one that takes twice as much as the others.
func measured() (rows []row) {
	for _, selects := range []bool{true, false} {
		for _, n := range replicas {
			share := 1 / float64(n+1)
			all := []figures{{16e6 * share, 8 * share, 4e6 * share, 1000 * share}}
			for range n {
				all = append(all, all[0])
			}
			all[0].CPU *= 2
			rows = append(rows, row{replicas: n, selects: selects, mean: mean(all), most: most(all)})
		}
	}
	return rows
}

func TestPage(t *testing.T) {
	docs := t.TempDir()
	path := filepath.Join(docs, "scale.md")
	require.NoError(t, os.WriteFile(path, []byte("before\n"+begins+"stale\n"+ends+"after\n"), 0o600))
	require.NoError(t, write(docs, 3000, measured()))
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(page), "before\n"+begins)
	assert.Contains(t, string(page), ends+"after\n")
	assert.NotContains(t, string(page), "stale")
	assert.Contains(t, string(page), "| server | 1 | 8.0 MB (8.0) | 6.00 s (8.00) | 2.0 MB (2.0) | 500 (500) |\n")
	assert.Equal(t, 2*len(replicas)+2, strings.Count(string(page), "\n| ")+strings.Count(string(page), "\n|-"))

	require.NoError(t, os.WriteFile(path, []byte("no place"), 0o600))
	assert.ErrorContains(t, write(docs, 3000, measured()), "has no place for the table")
}

func TestPlot(t *testing.T) {
	text := plot(measured())
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
	}
	assert.Equal(t, 6, strings.Count(text, ">100<"), "one replica of both servers, in three figures")
	assert.Contains(t, text, ">40<", "four replicas take two fifths of what one takes")
}

func TestBenchmarkLines(t *testing.T) {
	assert.Equal(t, "BenchmarkShards1/server-selects\t1\t8000000 received-B/replica\t6.00 cpu-s/replica\t2000000 heap-B/replica\t500 objects/replica",
		measured()[0].benchmark())
}
