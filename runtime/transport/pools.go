package transport

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"weak"
)

// pools are connection pools by what they were made from. They are held weakly: the last user of a pool takes it along.
type pools struct {
	mu    sync.Mutex
	byKey map[poolKey]weak.Pointer[http.Transport]
}

// poolKey is what decides whether two configurations may share connections.
type poolKey struct {
	insecure, disableCompression         bool
	caData, caFile                       string
	certData, certFile, keyData, keyFile string
	serverName, nextProtos               string
	getCert                              *GetCertHolder
	dial                                 *DialHolder
}

// get returns the pool for config, a new one where there is none.
func (p *pools) get(config *Config) (*http.Transport, error) {
	if config.Proxy != nil {
		// Functions cannot be compared, so nobody can tell whether two proxies are the same.
		return newTransport(config)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := keyOf(config)
	if held, ok := p.byKey[key]; ok {
		if transport := held.Value(); transport != nil {
			return transport, nil
		}
	}
	transport, err := newTransport(config)
	if err != nil {
		return nil, err
	}
	if p.byKey == nil {
		p.byKey = map[poolKey]weak.Pointer[http.Transport]{}
	}
	held := weak.Make(transport)
	p.byKey[key] = held
	runtime.AddCleanup(transport, func(key poolKey) { p.forget(key, held) }, key)
	return transport, nil
}

// forget removes a pool that nobody uses any more, unless another one has taken its place.
func (p *pools) forget(key poolKey, gone weak.Pointer[http.Transport]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey[key] == gone {
		delete(p.byKey, key)
	}
}

func keyOf(c *Config) poolKey {
	return poolKey{
		insecure:           c.TLS.Insecure,
		disableCompression: c.DisableCompression,
		caData:             string(c.TLS.CAData),
		caFile:             c.TLS.CAFile,
		certData:           string(c.TLS.CertData),
		certFile:           c.TLS.CertFile,
		keyData:            string(c.TLS.KeyData),
		keyFile:            c.TLS.KeyFile,
		serverName:         c.TLS.ServerName,
		nextProtos:         strings.Join(c.TLS.NextProtos, ","),
		getCert:            c.TLS.GetCertHolder,
		dial:               c.DialHolder,
	}
}

// String says nothing about keys.
func (k poolKey) String() string { return fmt.Sprintf("pool for %q", k.serverName) }
