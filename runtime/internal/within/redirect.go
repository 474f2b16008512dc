package within

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Followed returns why a request must not be sent: an http.Client made it of a redirect that leads away, as [Redirect] has it,
// from where the first request of the row went. Nil means that it may be sent, as all that are no redirects may. A round
// tripper that adds credentials adds them to whatever it sends, so that it has to ask.
//
// Where the answers of a round tripper do not say which request they belong to, nobody can tell where a redirect comes
// from: it is refused.
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

// Redirect returns why a redirect must not be followed: it leaves the server, its port or its TLS, or the server's part
// below basePath.
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

// origin returns where the first request of a row of redirects went, nil where nobody knows.
func origin(req *http.Request) *url.URL {
	for req.Response != nil {
		if req = req.Response.Request; req == nil {
			return nil
		}
	}
	return req.URL
}

// place is the scheme, host and port of a URL.
func place(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}
