package redact

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Masked stands for the value of a header.
const Masked = "<masked>"

// shownHeaders hold no secrets. A header that is not listed is masked: there is no telling what a proxy, a server or a
// program calls its tokens.
var shownHeaders = set(
	"Accept", "Accept-Encoding", "Accept-Language", "Accept-Ranges", "Age", "Allow", "Audit-Id", "Cache-Control", "Connection",
	"Content-Encoding", "Content-Language", "Content-Length", "Content-Range", "Content-Type", "Date", "Etag", "Expect", "Expires", "Host",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "Impersonate-Group", "Impersonate-Uid", "Impersonate-User",
	"Keep-Alive", "Kubectl-Command", "Kubectl-Session", "Last-Modified", "Pragma", "Range", "Retry-After",
	"Sec-Websocket-Extensions", "Sec-Websocket-Version", "Server", "Strict-Transport-Security", "Te", "Traceparent", "Trailer",
	"Transfer-Encoding", "Upgrade", "User-Agent", "Vary", "Via", "Warning", "Www-Authenticate", "X-Content-Type-Options", "X-From-Cache",
	"X-Kubernetes-Pf-Flowschema-Uid", "X-Kubernetes-Pf-Prioritylevel-Uid", "X-Request-Id", "X-Stream-Protocol-Version",
)

// Header is a copy of header in which the values of headers that are not known to be harmless are masked. Of an
// authorization the scheme stays, of the address of a redirect what [URL] shows.
func Header(header http.Header) Headers {
	safe := make(Headers, len(header))
	for name, values := range header {
		canonical := http.CanonicalHeaderKey(name)
		if shownHeaders[canonical] {
			safe[name] = values
			continue
		}
		masked := make([]string, len(values))
		for i, value := range values {
			masked[i] = headerValue(canonical, value)
		}
		safe[name] = masked
	}
	return safe
}

// Headers are headers that may be shown.
type Headers map[string][]string

// String is a line for each value, by name.
func (h Headers) String() string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			lines.WriteString(name + ": " + value + "\n")
		}
	}
	return lines.String()
}

// MarshalLog is the map, for loggers with structure.
func (h Headers) MarshalLog() any { return map[string][]string(h) }

func headerValue(name, value string) string {
	switch name {
	case "Authorization", "Proxy-Authorization":
		return Authorization(value)
	case "Location", "Content-Location", "Referer", "Origin":
		u, err := url.Parse(value)
		if err != nil {
			return Masked
		}
		return URL(u)
	default:
		if value == "" {
			return ""
		}
		return Masked
	}
}

// Authorization keeps the scheme of an authorization, if it is a well-known one: anything else may be the secret.
func Authorization(value string) string {
	scheme, _, _ := strings.Cut(value, " ")
	switch strings.ToLower(scheme) {
	case "bearer", "basic", "negotiate":
		return scheme + " " + Masked
	case "":
		return ""
	default:
		return Masked
	}
}
