package transport

import (
	"maps"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// DebugLevel is something that NewDebuggingRoundTripper logs.
type DebugLevel int

const (
	// DebugJustURL logs verb and URL of requests.
	DebugJustURL DebugLevel = iota
	// DebugURLTiming logs verb, URL, status and time once there is an answer.
	DebugURLTiming
	// DebugCurlCommand logs a curl command that sends the same request, but for what is masked.
	DebugCurlCommand
	// DebugRequestHeaders logs the headers of requests, masked where they may be secret.
	DebugRequestHeaders
	// DebugResponseStatus logs status and time of answers.
	DebugResponseStatus
	// DebugResponseHeaders logs the headers of answers.
	DebugResponseHeaders
	// DebugDetailedTiming logs where the time went: look-up, dialling, TLS, the server.
	DebugDetailedTiming
	// DebugByContext logs what the verbosity of the logger in the request's context asks for: DebugURLTiming at 6; URL,
	// request headers and status at 7; response headers too at 8; the curl command and detailed timing at 9.
	DebugByContext
)

// debugByVerbosity are the levels that a verbosity means, the highest first.
var debugByVerbosity = []struct {
	verbosity int
	levels    []DebugLevel
}{
	{9, []DebugLevel{DebugCurlCommand, DebugURLTiming, DebugDetailedTiming, DebugResponseHeaders}},
	{8, []DebugLevel{DebugJustURL, DebugRequestHeaders, DebugResponseStatus, DebugResponseHeaders}},
	{7, []DebugLevel{DebugJustURL, DebugRequestHeaders, DebugResponseStatus}},
	{6, []DebugLevel{DebugURLTiming}},
}

// DebugWrappers logs requests and answers as klog's verbosity asks for when it is called: below 6 it returns rt.
func DebugWrappers(rt http.RoundTripper) http.RoundTripper {
	if klog.V(6).Enabled() {
		return NewDebuggingRoundTripper(rt, DebugByContext)
	}
	return rt
}

// NewDebuggingRoundTripper logs requests and answers to the logger of each request's context. What may be
// secret is masked: the values of headers and of query parameters that are not known to be harmless, passwords in URLs.
func NewDebuggingRoundTripper(rt http.RoundTripper, levels ...DebugLevel) http.RoundTripper {
	return &debugger{rt: rt, levels: levels}
}

type debugger struct {
	redact.Opaque

	rt     http.RoundTripper
	levels []DebugLevel
}

var _ utilnet.RoundTripperWrapper = (*debugger)(nil)

// WrappedRoundTripper returns what lies below.
func (d *debugger) WrappedRoundTripper() http.RoundTripper { return d.rt }

func (d *debugger) RoundTrip(req *http.Request) (*http.Response, error) {
	logger, levels := d.asked(klog.FromContext(req.Context()))
	asked := func(wanted ...DebugLevel) bool {
		return slices.ContainsFunc(wanted, func(level DebugLevel) bool { return slices.Contains(levels, level) })
	}
	url := redact.URL(req.URL)

	var before []any
	if asked(DebugJustURL) {
		before = append(before, "verb", req.Method, "url", url)
	}
	if asked(DebugCurlCommand) {
		before = append(before, "curlCommand", curl(req))
	}
	if asked(DebugRequestHeaders) {
		before = append(before, "headers", redact.Header(req.Header))
	}
	if len(before) > 0 {
		logger.Info("Request", before...)
	}

	var timing timing
	if asked(DebugDetailedTiming) {
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
	if asked(DebugURLTiming) {
		after = append(after, "verb", req.Method, "url", url)
	}
	if asked(DebugURLTiming, DebugResponseStatus) {
		after = append(after, "status", status)
	}
	if asked(DebugResponseHeaders) {
		after = append(after, "headers", redact.Header(header))
	}
	if asked(DebugURLTiming, DebugResponseStatus, DebugDetailedTiming) {
		after = append(after, "milliseconds", took.Milliseconds())
	}
	if asked(DebugDetailedTiming) {
		after = append(after, timing.fields()...)
	}
	if len(after) > 0 {
		logger.Info("Response", after...)
	}
	return resp, err
}

// asked returns what to log, and to whom.
func (d *debugger) asked(logger klog.Logger) (klog.Logger, []DebugLevel) {
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

// curl is a command that sends the same request, its body and what is masked aside.
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

// quote writes a word as a POSIX shell reads it.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
