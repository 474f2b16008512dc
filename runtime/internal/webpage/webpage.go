// Package webpage recognizes web pages, such as a proxy's login page, that come instead of API responses.
package webpage

import (
	"bytes"
	"fmt"
	"strings"
)

// Is reports whether a response is a web page, by its content type or its first bytes.
func Is(contentType string, data []byte) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	if mediaType = strings.ToLower(strings.TrimSpace(mediaType)); mediaType == "text/html" || mediaType == "application/xhtml+xml" {
		return true
	}
	begin := bytes.ToLower(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n"))
	return bytes.HasPrefix(begin, []byte("<!doctype html")) || bytes.HasPrefix(begin, []byte("<html"))
}

// Hint explains such a response, and what to check.
const Hint = "the answer is an HTML page, such as a login page, and not an API server's: check the server's address, its proxy and the credentials"

// Explain adds the hint to an error that a web page caused, and returns other errors, and nil, unchanged.
func Explain(err error, contentType string, data []byte) error {
	if err == nil || !Is(contentType, data) {
		return err
	}
	return fmt.Errorf("%w (%s)", err, Hint)
}
