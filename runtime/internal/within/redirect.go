package within

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Followed returns an error if a request must not be sent: an http.Client created it from a redirect that leads away
// from the first request of the chain; see [Redirect]. It returns nil for requests that are not redirects. A round
// tripper that adds credentials adds them to every request, so it must call Followed.
//
// If a response does not refer to its request, the origin of the redirect is unknown, and it is refused.
func Followed(req *http.Request, basePath string) error {
	if req.Response == nil {
		return nil
	}
	from := origin(req)
	if from == nil {
		return fmt.Errorf("refused to follow a redirect from an unknown place to %s: credentials stay with their server", place(req.URL))
	}
	return Redirect(from, req.URL, basePath)
}

// Redirect returns an error if a redirect must not be followed: it changes the server, its port or its scheme, or
// leaves the server's part below basePath.
func Redirect(from, to *url.URL, basePath string) error {
	switch {
	case place(from) != place(to):
		return fmt.Errorf("refused to follow a redirect from %s to %s: credentials stay with their server", place(from), place(to))
	case Below(basePath, from.Path) && !Below(basePath, to.Path):
		return fmt.Errorf("refused to follow a redirect from %.200q to %.200q of %s: credentials stay below %q", from.Path, to.Path, place(to), basePath)
	default:
		return nil
	}
}

// origin returns the URL of the first request of a chain of redirects, or nil if it is unknown.
func origin(req *http.Request) *url.URL {
	for req.Response != nil {
		if req = req.Response.Request; req == nil {
			return nil
		}
	}
	return req.URL
}

// place returns the scheme, host and port of a URL.
func place(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
