package transport

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/metrics"
)

type created struct{ results []string }

func (c *created) Increment(result string) { c.results = append(c.results, result) }

type entries struct{ values []int }

func (e *entries) Observe(value int) { e.values = append(e.values, value) }

type reloads struct{ seen []string }

func (r *reloads) Increment(result, reason string) { r.seen = append(r.seen, result+" "+reason) }

func TestMetricsOfPools(t *testing.T) {
	c, e := &created{}, &entries{}
	oldCreate, oldEntries := metrics.TransportCreateCalls, metrics.TransportCacheEntries
	var p pools
	// The cleanup of a pool after garbage collection uses the metric too, under the lock.
	set := func(create metrics.TransportCreateCallsMetric, entries metrics.TransportCacheMetric) {
		p.mu.Lock()
		defer p.mu.Unlock()
		metrics.TransportCreateCalls, metrics.TransportCacheEntries = create, entries
	}
	require.Eventually(t, func() bool {
		runtime.GC()
		pooled.mu.Lock()
		defer pooled.mu.Unlock()
		return len(pooled.byKey) == 0
	}, time.Minute, time.Millisecond, "the pools of other tests are collected")
	set(c, e)
	t.Cleanup(func() { set(oldCreate, oldEntries) })
	var kept []*connections
	for _, config := range []*Config{{}, {}, {TLS: TLSConfig{ServerName: "x"}}, {Proxy: http.ProxyFromEnvironment}} {
		pool, err := p.get(config, laneAll)
		require.NoError(t, err)
		kept = append(kept, pool)
	}
	assert.Equal(t, []string{"miss", "hit", "miss", "miss"}, c.results)
	assert.Equal(t, []int{1, 1, 2, 3}, e.values)
	runtime.KeepAlive(kept)
}

func TestMetricsOfCAFiles(t *testing.T) {
	r := &reloads{}
	old := metrics.TransportCAReloads
	metrics.TransportCAReloads = r
	t.Cleanup(func() { metrics.TransportCAReloads = old })
	file := filepath.Join(t.TempDir(), "ca")
	require.NoError(t, os.WriteFile(file, certtest.NewAuthority(t).PEM, 0o600))
	pool, err := newConnections(&Config{TLS: TLSConfig{CAFile: file}})
	require.NoError(t, err)
	check := func() {
		pool.checkSoon(0)
		pool.check(t.Context())
	}
	check()
	require.NoError(t, os.WriteFile(file, certtest.NewAuthority(t).PEM, 0o600))
	check()
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	check()
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	check()
	require.NoError(t, os.Remove(file))
	check()
	assert.Equal(t, []string{"success unchanged", "success updated", "failure empty", "failure ca_parse_error", "failure read_error"}, r.seen)
}
