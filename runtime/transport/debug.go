package transport

import (
	"crypto/tls"
	"maps"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// DebugLevel selects what NewDebuggingRoundTripper logs.
type DebugLevel int

const (
	// DebugJustURL logs verb and URL of requests.
	DebugJustURL DebugLevel = iota
	// DebugURLTiming logs verb, URL, status and duration when the response has arrived.
	DebugURLTiming
	// DebugCurlCommand logs a curl command for the same request, with secrets masked.
	DebugCurlCommand
	// DebugRequestHeaders logs the headers of requests, with secrets masked.
	DebugRequestHeaders
	// DebugResponseStatus logs status and duration of responses.
	DebugResponseStatus
	// DebugResponseHeaders logs the headers of responses.
	DebugResponseHeaders
	// DebugDetailedTiming logs the time of each step: DNS, dialling, TLS, the server.
	DebugDetailedTiming
	// DebugByContext logs by the verbosity of the logger in the request's context: DebugURLTiming at 6; URL,
	// request headers and status at 7; response headers too at 8; the curl command and detailed timing at 9.
	DebugByContext
)

// debugByVerbosity lists the levels of each verbosity, the highest first.
var debugByVerbosity = []struct {
	verbosity int
	levels    []DebugLevel
}{
	{9, []DebugLevel{DebugCurlCommand, DebugURLTiming, DebugDetailedTiming, DebugResponseHeaders}},
	{8, []DebugLevel{DebugJustURL, DebugRequestHeaders, DebugResponseStatus, DebugResponseHeaders}},
	{7, []DebugLevel{DebugJustURL, DebugRequestHeaders, DebugResponseStatus}},
	{6, []DebugLevel{DebugURLTiming}},
}

// DebugWrappers adds logging of requests and responses if klog's verbosity is 6 or more at the time of the call.
func DebugWrappers(rt http.RoundTripper) http.RoundTripper {
	if klog.V(6).Enabled() {
		return NewDebuggingRoundTripper(rt, DebugByContext)
	}
	return rt
}

// NewDebuggingRoundTripper logs requests and responses to the logger of each request's context. It masks passwords in URLs,
// and the values of headers and query parameters that are not known to be harmless.
func NewDebuggingRoundTripper(rt http.RoundTripper, levels ...DebugLevel) http.RoundTripper {
	return &debugger{rt: rt, levels: levels}
}

// debugger logs the requests that pass through it, and their responses.
type debugger struct {
	redact.Opaque

	rt     http.RoundTripper
	levels []DebugLevel
}

var _ utilnet.RoundTripperWrapper = (*debugger)(nil)

// WrappedRoundTripper returns the next round tripper.
func (d *debugger) WrappedRoundTripper() http.RoundTripper { return d.rt }

func (d *debugger) RoundTrip(req *http.Request) (*http.Response, error) {
	logger, levels := d.enabled(klog.FromContext(req.Context()))
	logs := func(wanted ...DebugLevel) bool {
		return slices.ContainsFunc(wanted, func(level DebugLevel) bool { return slices.Contains(levels, level) })
	}
	url := redact.URL(req.URL)

	var before []any
	if logs(DebugJustURL) {
		before = append(before, "verb", req.Method, "url", url)
	}
	if logs(DebugCurlCommand) {
		before = append(before, "curlCommand", curl(req))
	}
	if logs(DebugRequestHeaders) {
		before = append(before, "headers", redact.Header(req.Header))
	}
	if len(before) > 0 {
		logger.Info("Request", before...)
	}

	var timing timing
	if logs(DebugDetailedTiming) {
		req = req.WithContext(httptrace.WithClientTrace(req.Context(), timing.trace()))
	}
	begun := time.Now()
	resp, err := d.rt.RoundTrip(req)
	took := time.Since(begun)

	var status string
	var header http.Header
	if resp != nil {
		status, header = resp.Status, resp.Header
	}
	var after []any
	if logs(DebugURLTiming) {
		after = append(after, "verb", req.Method, "url", url)
	}
	if logs(DebugURLTiming, DebugResponseStatus) {
		after = append(after, "status", status)
	}
	if logs(DebugResponseHeaders) {
		after = append(after, "headers", redact.Header(header))
	}
	if logs(DebugURLTiming, DebugResponseStatus, DebugDetailedTiming) {
		after = append(after, "milliseconds", took.Milliseconds())
	}
	if logs(DebugDetailedTiming) {
		after = append(after, timing.fields()...)
	}
	if len(after) > 0 {
		logger.Info("Response", after...)
	}
	return resp, err
}

// enabled returns the logger to use and the levels to log. DebugByContext is replaced by the levels of the logger's verbosity.
func (d *debugger) enabled(logger klog.Logger) (klog.Logger, []DebugLevel) {
	if !slices.Contains(d.levels, DebugByContext) {
		return logger, d.levels
	}
	for _, row := range debugByVerbosity {
		if l := logger.V(row.verbosity); l.Enabled() {
			return l, append(slices.Clip(row.levels), d.levels...)
		}
	}
	return logger, d.levels
}

// curl returns a command for the same request, without its body and with secrets masked.
func curl(req *http.Request) string {
	var command strings.Builder
	command.WriteString("curl -v -X" + req.Method)
	headers := redact.Header(req.Header)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			command.WriteString(" -H " + quote(name+": "+value))
		}
	}
	command.WriteString(" " + quote(redact.URL(req.URL)) + "\n") // loggers do not quote lines, so that it can be copied
	return command.String()
}

// quote quotes a word for a POSIX shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// timing measures the steps of a request. It is safe for concurrent use: goroutines of the transport call it, even after the
// response.
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

// fields returns the finished steps as key and value pairs.
func (t *timing) fields() []any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.took)
}
