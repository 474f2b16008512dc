package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const output = `some text
BenchmarkSync20000/typewright	1	30.0 µs/object
BenchmarkSync20000/client-go	1	90.0 µs/object
BenchmarkSync20000/typewright	1	20.0 µs/object
BenchmarkSync20000/client-go	1	100.0 µs/object
BenchmarkSync20000/heap/typewright	1	6500.0 B/object
BenchmarkSync1000000/typewright	1	40.0 µs/object
BenchmarkSync1000000/heap/typewright	1	6500.0 B/object
BenchmarkGET/net/http	100	50000 ns/op	60000 cpu-ns/op
BenchmarkGET/typewright	100	60000 ns/op	70000 cpu-ns/op
BenchmarkGenerate/typewright-unchanged 1 400000000 ns/op 1 cpu-ns/op 1 peak-B
`

func TestJudge(t *testing.T) {
	results, err := parse(strings.NewReader(output))
	require.NoError(t, err)
	assert.Equal(t, []float64{30, 20}, results[key{"Sync20000", "typewright", "µs/object"}])
	assert.Equal(t, []float64{60000}, results[key{"GET", "net/http", "cpu-ns/op"}])
	all := judge(results)
	for title, want := range map[string][]string{
		"first sync of 20,000 pods":                   {"30 µs", "100 µs", "0.33", "0.20", "no"},
		"GET of a small object, beside bare net/http": {"60 µs", "50 µs", "1.20", "1.25", "yes"},
		"… when nothing has changed":                  {"400 ms", "", "", "300 ms", "no"},
	} {
		found := false
		for _, v := range all {
			if v.title == title {
				found = true
				assert.Equal(t, want, v.cells()[1:], title)
			}
		}
		assert.True(t, found, title)
	}
}

func TestInvalidLines(t *testing.T) {
	for _, line := range []string{"BenchmarkX 1 2 ns/op", "BenchmarkX/typewright 1 two ns/op", "BenchmarkX/typewright 1 2 ns/op 3"} {
		_, err := parse(strings.NewReader(line))
		assert.ErrorContains(t, err, line)
	}
}

func TestNumber(t *testing.T) {
	for want, got := range map[string]string{
		"1.5 s": number(1.5e9, "ns/op"), "12.3 µs": number(12.3, "µs/object"), "350 ms": number(350e3, "cpu-µs"),
		"6.5 KB": number(6500, "B/object"), "1.2 GB": number(1.2e9, "peak-B"), "162 MB": number(162, "MB"), "3 allocs": number(3, "allocs/op"),
	} {
		assert.Equal(t, want, got)
	}
}

func TestPage(t *testing.T) {
	results, err := parse(strings.NewReader(output))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "performance.md")
	require.NoError(t, os.WriteFile(path, []byte("before\n"+begins+"stale\n"+ends+"after\n"), 0o600))
	require.NoError(t, writePage(path, tables(results, judge(results), "a machine")))
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(page), "before\n"+begins)
	assert.Contains(t, string(page), ends+"after\n")
	assert.NotContains(t, string(page), "stale")
	assert.Contains(t, string(page), "| first sync of 20,000 pods | 30 µs | 100 µs | 0.33 | 0.20 | no |\n")
	assert.Contains(t, string(page), "| 1,000,000 | typewright | 40 s |")

	assert.NotContains(t, string(page), "encoding a custom object", "rows that were not measured are left out")

	require.NoError(t, os.WriteFile(path, []byte("no place"), 0o600))
	assert.ErrorContains(t, writePage(path, ""), "has no place for the tables")
}

func TestPlots(t *testing.T) {
	results, err := parse(strings.NewReader(output))
	require.NoError(t, err)
	for name, plot := range plots() {
		text := plot.svg(results)
		decoder := xml.NewDecoder(strings.NewReader(text))
		for {
			_, err := decoder.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
		}
		assert.Contains(t, text, `<circle cx="595.0"`, "a million is at the right edge")
	}
}
