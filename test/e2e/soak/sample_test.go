package soak

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func samples(heap, goroutines func(i int) float64) []Sample {
	var all []Sample
	for i := range 100 {
		all = append(all, Sample{Seconds: float64(i), HeapMiB: heap(i), Goroutines: int(goroutines(i)), Fault: strings.Repeat("<fault>", i%2)})
	}
	return all
}

func TestGrowth(t *testing.T) {
	flat := func(int) float64 { return 50 }
	rising := func(i int) float64 { return 50 + float64(i) }
	warming := func(i int) float64 { return min(float64(i)*10, 200) }
	assert.Empty(t, Growth(samples(flat, flat)))
	assert.Empty(t, Growth(samples(warming, warming)))
	assert.Len(t, Growth(samples(rising, flat)), 1)
	assert.Len(t, Growth(samples(rising, rising)), 2)
	assert.Len(t, Growth(samples(flat, flat)[:10]), 1, "too few")
}

func TestReports(t *testing.T) {
	all := samples(func(int) float64 { return 50 }, func(int) float64 { return 5 })
	var out bytes.Buffer
	require.NoError(t, WriteCSV(&out, all))
	assert.Equal(t, 101, strings.Count(out.String(), "\n"))
	assert.Contains(t, out.String(), "1.0,50.00,5,0,0.0,0,0,0,<fault>\n")
	out.Reset()
	require.NoError(t, WritePage(&out, all, []string{"a <problem>"}))
	assert.Contains(t, out.String(), "a &lt;problem&gt;")
	assert.Contains(t, out.String(), "<title>1 s: &lt;fault&gt;</title>")
	assert.Equal(t, 6, strings.Count(out.String(), "<polyline"))
	require.Error(t, WritePage(&out, nil, nil))
}
