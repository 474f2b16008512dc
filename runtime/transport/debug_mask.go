package transport

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// curl is a command that sends the same request, its body and credentials aside.
func curl(req *http.Request) string {
	var command strings.Builder
	command.WriteString("curl -v -X" + req.Method)
	headers := masked(req.Header)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			command.WriteString(" -H " + quote(name+": "+value))
		}
	}
	command.WriteString(" " + quote(req.URL.Redacted()))
	return command.String()
}

// quote writes a word as a POSIX shell reads it.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// masked is a copy of header without credentials.
func masked(header http.Header) map[string][]string {
	safe := make(map[string][]string, len(header))
	for name, values := range header {
		switch http.CanonicalHeaderKey(name) {
		case "Authorization", "Proxy-Authorization":
			safe[name] = make([]string, len(values))
			for i, value := range values {
				safe[name][i] = maskedAuthorization(value)
			}
		case "Cookie", "Set-Cookie":
			safe[name] = []string{"<masked>"}
		default:
			safe[name] = values
		}
	}
	return safe
}

// maskedAuthorization keeps the scheme, if it is a well-known one: anything else may be the secret.
func maskedAuthorization(value string) string {
	scheme, _, _ := strings.Cut(value, " ")
	switch strings.ToLower(scheme) {
	case "bearer", "basic", "negotiate":
		return scheme + " <masked>"
	case "":
		return ""
	default:
		return "<masked>"
	}
}
