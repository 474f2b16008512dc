package rest

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/metrics"
)

// observeAttempt tells the metrics of an attempt.
func (r *Request) observeAttempt(ctx context.Context, req *http.Request, resp *http.Response, number int) {
	if req.ContentLength > 0 || req.ContentLength == 0 && req.Body == nil {
		metrics.RequestSize.Observe(ctx, r.verb, req.URL.Host, float64(req.ContentLength))
	}
	if !metrics.Enabled(metrics.RequestResult) && !metrics.Enabled(metrics.RequestRetry) {
		return
	}
	code := "<error>"
	if resp != nil {
		code = strconv.Itoa(resp.StatusCode)
	}
	metrics.RequestResult.Increment(ctx, code, r.verb, req.URL.Host)
	if number > 0 {
		metrics.RequestRetry.IncrementRetry(ctx, code, r.verb, req.URL.Host)
	}
}

// observeLatency returns what tells the metrics how long it was until it is called.
func (r *Request) observeLatency(ctx context.Context) func() {
	if !metrics.Enabled(metrics.RequestLatency) {
		return func() {}
	}
	begun := time.Now()
	return func() { metrics.RequestLatency.Observe(ctx, r.verb, r.urlTemplate(), time.Since(begun)) }
}

func (r *Request) observeResponse(ctx context.Context, size int) {
	if metrics.Enabled(metrics.ResponseSize) {
		metrics.ResponseSize.Observe(ctx, r.verb, r.host(), float64(size))
	}
}

func (r *Request) host() string {
	if r.c.base == nil {
		return "none"
	}
	return r.c.base.Host
}

// withResolverMetric has the resolver's latency observed, if anybody asked for it.
func withResolverMetric(ctx context.Context) context.Context {
	if !metrics.Enabled(metrics.ResolverLatency) {
		return ctx
	}
	var mu sync.Mutex
	var begun time.Time
	var host string
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(info httptrace.DNSStartInfo) {
			mu.Lock()
			defer mu.Unlock()
			begun, host = time.Now(), info.Host
		},
		DNSDone: func(httptrace.DNSDoneInfo) {
			mu.Lock()
			defer mu.Unlock()
			metrics.ResolverLatency.Observe(ctx, host, time.Since(begun))
		},
	})
}

// urlTemplate is the request's URL with placeholders for what would make a metric of each object: names, namespaces, and
// the values of parameters. Of a path that is none of an API it tells nothing, unless it has a single segment, such as /version.
func (r *Request) urlTemplate() url.URL {
	u := *r.URL()
	u.User, u.Fragment = nil, ""
	base := r.basePath()
	below, ok := pathTemplate(strings.TrimPrefix(u.Path, base))
	if !ok {
		u.Path, u.RawQuery = "/{prefix}", ""
		return u
	}
	query := url.Values{}
	for name := range u.Query() {
		query.Set(name, "{value}")
	}
	u.Path, u.RawQuery = base+below, query.Encode()
	return u
}

// pathTemplate is a path with placeholders for names, and whether it has one segment or is of an API.
func pathTemplate(p string) (string, bool) {
	segments := strings.Split(strings.Trim(p, "/"), "/")
	below := map[string]int{"api": 2, "apis": 3}[segments[0]]
	switch {
	case len(segments) == 1:
		return p, true
	case below == 0:
		return "", false
	case len(segments) <= below+1:
		return p, true
	}
	named := segments[below+1:] // what follows the resource
	if segments[below] != "namespaces" || len(named) == 1 || isSubresource(named[1]) {
		named[0] = "{name}"
		return "/" + path.Join(segments...), true
	}
	named[0] = "{namespace}"
	if len(named) > 2 && !isSubresource(named[2]) {
		named[2] = "{name}"
	}
	return "/" + path.Join(segments...), true
}

// basePath is the path of the server, without a slash at its end.
func (r *Request) basePath() string {
	if r.c.base == nil {
		return ""
	}
	return strings.TrimSuffix(r.c.base.Path, "/")
}

// isSubresource reports whether a segment is one of a namespace's subresources.
func isSubresource(segment string) bool { return segment == "status" || segment == "finalize" }

// logBody logs what a request carries, or its answer, from verbosity 8 on: the first kilobyte of it, ten from 9 on, and all
// from 10 on. Bytes that are no text are dumped. What holds credentials is counted, not shown: Secrets, tokens and
// certificates that are asked for. It has to be called by the method that a program calls, whose caller the line names.
func (r *Request) logBody(ctx context.Context, what string, body []byte) {
	const ofTheCaller = 2
	logger := klog.FromContext(ctx)
	if !logger.V(8).Enabled() || len(body) == 0 && what == "Request Body" {
		return
	}
	logger.V(8).WithCallDepth(ofTheCaller).Info(what, "body", r.printable(logger, body))
}

func (r *Request) printable(logger klog.Logger, body []byte) string {
	if r.holdsSecrets(body) {
		return fmt.Sprintf("<masked: %d bytes>", len(body))
	}
	limit := len(body)
	switch {
	case logger.V(10).Enabled():
	case logger.V(9).Enabled():
		limit = 10 << 10
	default:
		limit = 1 << 10
	}
	text := string(body)
	if !isText(body) {
		text = hex.Dump(body)
	}
	if limit < len(text) && limit < len(body) {
		return fmt.Sprintf("%s [truncated %d chars]", text[:limit], len(text)-limit)
	}
	return text
}

// secretKinds finds objects that are credentials, or hold them, in JSON.
var secretKinds = regexp.MustCompile(`"kind"\s*:\s*"(Secret|SecretList|TokenRequest|TokenReview|ExecCredential)"`)

// holdsSecrets reports whether a body of the request, or its answer, can hold credentials.
func (r *Request) holdsSecrets(body []byte) bool {
	segments := strings.Split(r.target.path(), "/")
	if slices.ContainsFunc([]string{"secrets", "token", "tokenrequests", "tokenreviews"}, func(name string) bool { return slices.Contains(segments, name) }) {
		return true
	}
	if !isText(body) {
		return bytes.Contains(body, []byte("Secret")) || bytes.Contains(body, []byte("Token"))
	}
	return secretKinds.Match(body)
}

func isText(body []byte) bool {
	return !bytes.ContainsFunc(body, func(c rune) bool { return c < '\n' && c != '\t' })
}
