package rest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/klog/v2"
)

// miscPersistentWarning is the only code of a Warning header that Kubernetes' servers send (RFC 7234, section 5.5.7).
const miscPersistentWarning = 299

// maxWarnings is how many warnings of one answer anybody is told of. Kubernetes' servers send 4,096 characters of them.
const maxWarnings = 100

// maxRemembered is how many texts a writer that says each once remembers. Then it begins anew.
const maxRemembered = 10_000

// WarningHandler is told of the warnings that come with answers. It is called by many goroutines at once.
type WarningHandler interface {
	// HandleWarningHeader is called for each Warning header.
	HandleWarningHeader(code int, agent string, text string)
}

// WarningHandlerWithContext is WarningHandler with the context of the request.
type WarningHandlerWithContext interface {
	// HandleWarningHeaderWithContext is called for each Warning header.
	HandleWarningHeaderWithContext(ctx context.Context, code int, agent string, text string)
}

// NoWarnings ignores all warnings.
type NoWarnings struct{}

// HandleWarningHeader does nothing.
func (NoWarnings) HandleWarningHeader(int, string, string) {}

// HandleWarningHeaderWithContext does nothing.
func (NoWarnings) HandleWarningHeaderWithContext(context.Context, int, string, string) {}

// WarningLogger logs all warnings.
type WarningLogger struct{}

// HandleWarningHeader logs warnings of servers, those with code 299.
func (WarningLogger) HandleWarningHeader(code int, _ string, message string) {
	if code == miscPersistentWarning && message != "" {
		klog.Background().Info("Warning: " + message)
	}
}

// HandleWarningHeaderWithContext logs warnings of servers, those with code 299, to the logger of ctx.
func (WarningLogger) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, message string) {
	if code == miscPersistentWarning && message != "" {
		klog.FromContext(ctx).Info("Warning: " + message)
	}
}

// WarningWriterOptions say how NewWarningWriter writes.
type WarningWriterOptions struct {
	// Deduplicate writes each text once, as far as the writer remembers: it forgets what it has written after 10,000 texts.
	Deduplicate bool
	// Color writes "Warning:" in yellow, with the codes of ANSI terminals.
	Color bool
}

type warningWriter struct {
	opts WarningWriterOptions

	mu      sync.Mutex
	out     io.Writer
	written map[string]struct{}
	count   int
}

// NewWarningWriter returns a handler that writes each warning as a line.
func NewWarningWriter(out io.Writer, opts WarningWriterOptions) *warningWriter {
	return &warningWriter{opts: opts, out: out, written: map[string]struct{}{}}
}

// HandleWarningHeader writes warnings of servers, those with code 299.
func (w *warningWriter) HandleWarningHeader(code int, _ string, message string) {
	if code != miscPersistentWarning || message == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.opts.Deduplicate {
		if _, known := w.written[message]; known {
			return
		}
		if len(w.written) >= maxRemembered {
			clear(w.written)
		}
		w.written[message] = struct{}{}
	}
	label := "Warning:"
	if w.opts.Color {
		label = "\x1b[33;1mWarning:\x1b[0m"
	}
	_, _ = fmt.Fprintln(w.out, label, message)
	w.count++
}

// WarningCount returns how many warnings have been written.
func (w *warningWriter) WarningCount() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.count
}

// withoutContext makes a handler with context of one without.
type withoutContext struct{ WarningHandler }

func (h withoutContext) HandleWarningHeaderWithContext(_ context.Context, code int, agent, text string) {
	h.HandleWarningHeader(code, agent, text)
}

// warningHandlerOf returns the handler that two fields of a configuration ask for, nil for the process's default.
func warningHandlerOf(plain WarningHandler, contextual WarningHandlerWithContext) WarningHandlerWithContext {
	if contextual != nil || plain == nil {
		return contextual
	}
	if both, ok := plain.(WarningHandlerWithContext); ok {
		return both
	}
	return withoutContext{plain}
}

func parseWarnings(header http.Header) []utilnet.WarningHeader {
	if len(header["Warning"]) == 0 {
		return nil
	}
	// Warnings that cannot be read are no reason to lose those that can.
	warnings, _ := utilnet.ParseWarningHeaders(header["Warning"])
	return warnings[:min(len(warnings), maxWarnings)]
}

// warn tells the request's handler of the warnings that came with an answer.
func (r *Request) warn(ctx context.Context, resp *http.Response) {
	warnings := parseWarnings(resp.Header)
	if len(warnings) == 0 {
		return
	}
	handler := r.warnings
	if handler == nil {
		handler = defaultWarnings.get()
	}
	for _, warning := range warnings {
		handler.HandleWarningHeaderWithContext(ctx, warning.Code, warning.Agent, warning.Text)
	}
}
