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

// pools are connection pools by what they were made from. They are held weakly: the last user of a pool takes it along.
type pools struct {
	mu    sync.Mutex
	byKey map[poolKey]weak.Pointer[connections]
}

// poolKey is what decides whether two configurations may share connections.
type poolKey struct {
	lane                         lane
	insecure, disableCompression bool
	// tls is a digest of files, data and names, because one of them is a private key.
	tls     [sha256.Size]byte
	getCert *GetCertHolder
	dial    *DialHolder
	// proxy is the identity of a function. The pool's own configuration keeps the function, so that no other one has this
	// identity as long as the pool is there.
	proxy uintptr
}

// get returns the pool for a lane of config, a new one where there is none.
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

// closeWhenGone closes the idle connections of a pool that nobody uses any more; those in use end by themselves.
func closeWhenGone(pool *connections) {
	rotates := pool.config.watchesCertFiles()
	runtime.AddCleanup(pool, func(g *generations) {
		g.current.Load().CloseIdleConnections()
		if rotates {
			metrics.TransportCertRotationGCCalls.Increment()
		}
	}, pool.generations)
}

// forget removes a pool that nobody uses any more, unless another one has taken its place.
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

// identity returns a number for a function, 0 for nil, that copies of it share. Two closures have two numbers, even if they
// come from the same line.
func identity[F any](function F) uintptr {
	// A variable of a function type holds the address of the closure.
	return *(*uintptr)(unsafe.Pointer(&function)) //nolint:gosec // Go compares no functions, and says so with nil only
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
