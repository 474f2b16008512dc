package transport

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"unsafe"
	"weak"

	"github.com/typewright/typewright/runtime/metrics"
)

// pools contains connection pools by their configuration. It holds them weakly: a pool is removed when it has no round
// tripper any more. The zero value is empty and ready to use. It is safe for concurrent use.
type pools struct {
	mu    sync.Mutex
	byKey map[poolKey]weak.Pointer[connections]
}

// poolKey contains all settings of connections. Two configurations share a pool if their keys are equal.
type poolKey struct {
	lane                         lane
	insecure, disableCompression bool
	// tls is a digest of file names, data and protocols: a digest, because the data includes a private key.
	tls     [sha256.Size]byte
	getCert *GetCertHolder
	dial    *DialHolder
	// proxy is the identity of Config.Proxy. The pool keeps the function alive, so that no other function can get the same
	// identity while the pool exists.
	proxy uintptr
}

// get returns the pool for a lane of config. It makes one if none exists.
func (p *pools) get(config *Config, lane lane) (*connections, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { metrics.TransportCacheEntries.Observe(len(p.byKey)) }()
	key := keyOf(config, lane)
	held, known := p.byKey[key]
	if pool := held.Value(); pool != nil {
		metrics.TransportCreateCalls.Increment("hit")
		return pool, nil
	}
	if known {
		metrics.TransportCreateCalls.Increment("miss-gc")
	} else {
		metrics.TransportCreateCalls.Increment("miss")
	}
	pool, err := newConnections(config)
	if err != nil {
		return nil, err
	}
	if p.byKey == nil {
		p.byKey = map[poolKey]weak.Pointer[connections]{}
	}
	held = weak.Make(pool)
	p.byKey[key] = held
	closeWhenGone(pool)
	runtime.AddCleanup(pool, func(key poolKey) { p.forget(key, held) }, key)
	return pool, nil
}

// closeWhenGone closes the idle connections of pool when it is garbage-collected. Connections in use close by themselves.
func closeWhenGone(pool *connections) {
	rotates := pool.config.watchesCertFiles()
	runtime.AddCleanup(pool, func(g *generations) {
		g.current.Load().CloseIdleConnections()
		if rotates {
			metrics.TransportCertRotationGCCalls.Increment()
		}
	}, pool.generations)
}

// forget removes a pool that was garbage-collected, unless a new one has its key.
func (p *pools) forget(key poolKey, gone weak.Pointer[connections]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey[key] != gone {
		metrics.TransportCacheGCCalls.Increment("skipped")
		return
	}
	delete(p.byKey, key)
	metrics.TransportCacheGCCalls.Increment("deleted")
	metrics.TransportCacheEntries.Observe(len(p.byKey))
}

// identity returns a number for a function value, the same for its copies, and 0 for nil. Two closures that exist at the same
// time have different numbers if they capture variables, even if they come from the same line.
func identity[F any](function F) uintptr {
	// A variable of a function type holds the address of the closure.
	return *(*uintptr)(unsafe.Pointer(&function)) //nolint:gosec // Go cannot compare functions, except with nil
}

func keyOf(c *Config, lane lane) poolKey {
	digest := sha256.New()
	for _, part := range []string{
		string(c.TLS.CAData), c.TLS.CAFile, string(c.TLS.CertData), c.TLS.CertFile, string(c.TLS.KeyData), c.TLS.KeyFile,
		c.TLS.ServerName, strings.Join(c.TLS.NextProtos, ","),
	} {
		fmt.Fprintf(digest, "%d %s", len(part), part)
	}
	key := poolKey{
		lane: lane, insecure: c.TLS.Insecure, disableCompression: c.DisableCompression, getCert: c.TLS.GetCertHolder, dial: c.DialHolder,
		proxy: identity(c.Proxy),
	}
	digest.Sum(key.tls[:0])
	return key
}

var _ http.RoundTripper = (*connections)(nil)
