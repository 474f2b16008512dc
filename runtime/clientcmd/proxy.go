package clientcmd

import (
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"weak"
)

// proxies return the same function for the same URL of a proxy, because transports share connections by the function that
// finds their proxy. URLs may contain passwords: a URL is forgotten when nobody has its function. The zero value is ready for
// use, by many goroutines at once.
type proxies struct {
	mu    sync.Mutex
	byURL map[string]weak.Pointer[proxy]
}

type proxy struct {
	url *url.URL
	// find is forRequest. It keeps the proxy, and the proxy keeps it.
	find func(*http.Request) (*url.URL, error)
}

func (p *proxy) forRequest(*http.Request) (*url.URL, error) { return p.url, nil }

// function returns a function that returns proxyURL for every request, as [http.ProxyURL] does.
func (p *proxies) function(proxyURL *url.URL) func(*http.Request) (*url.URL, error) {
	key := proxyURL.String()
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.byURL[key].Value(); known != nil {
		return known.find
	}
	made := &proxy{url: proxyURL}
	made.find = made.forRequest
	held := weak.Make(made)
	if p.byURL == nil {
		p.byURL = map[string]weak.Pointer[proxy]{}
	}
	p.byURL[key] = held
	runtime.AddCleanup(made, func(key string) { p.forget(key, held) }, key)
	return made.find
}

// forget removes a URL whose function is gone, unless there is another function for it.
func (p *proxies) forget(key string, gone weak.Pointer[proxy]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byURL[key] == gone {
		delete(p.byURL, key)
	}
}
