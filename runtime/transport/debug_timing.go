package transport

import (
	"crypto/tls"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"
)

// timing collects where the time of a request goes. Its callbacks come from goroutines of the transport, also later than
// the answer.
type timing struct {
	mu    sync.Mutex
	begun map[string]time.Time
	took  []any
}

func (t *timing) begin(step string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.begun == nil {
		t.begun = map[string]time.Time{}
	}
	t.begun[step] = time.Now()
}

func (t *timing) end(step string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if begun, ok := t.begun[step]; ok {
		t.took = append(t.took, step+"Milliseconds", time.Since(begun).Milliseconds())
		delete(t.begun, step)
	}
}

func (t *timing) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn:              func(string) { t.begin("getConnection") },
		DNSStart:             func(httptrace.DNSStartInfo) { t.begin("dnsLookup") },
		DNSDone:              func(httptrace.DNSDoneInfo) { t.end("dnsLookup") },
		ConnectStart:         func(string, string) { t.begin("dial") },
		ConnectDone:          func(string, string, error) { t.end("dial") },
		TLSHandshakeStart:    func() { t.begin("tlsHandshake") },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { t.end("tlsHandshake") },
		GotConn:              func(httptrace.GotConnInfo) { t.end("getConnection") },
		WroteRequest:         func(httptrace.WroteRequestInfo) { t.begin("serverProcessing") },
		GotFirstResponseByte: func() { t.end("serverProcessing") },
	}
}

// fields are what is known so far, as key and value pairs.
func (t *timing) fields() []any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.took)
}
