package apitest

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// refuseBrowsers answers 403 Forbidden to what a web page of another site can make a browser on this machine send. A page
// whose name resolves to a loopback address (DNS rebinding) shows in Host, and every other page in Origin. The third guard
// is the content type, which package serve asks of each body: a browser sends the types that the server reads only
// after a CORS preflight, and no preflight is answered here.
func refuseBrowsers(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		switch origin := req.Header.Get("Origin"); {
		case !isLoopback(req.Host):
			refuse(w, fmt.Sprintf("the Host header %q is not a loopback address: apitest serves this machine alone, connect to its URL", req.Host))
		case origin != "" && !isLoopbackOrigin(origin):
			refuse(w, fmt.Sprintf("the Origin header %q is not a loopback address: apitest serves no web pages of other sites", origin))
		default:
			next.ServeHTTP(w, req)
		}
	}
}

func refuse(w http.ResponseWriter, message string) {
	_ = writeJSON(w, http.StatusForbidden, statusOf(&apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusForbidden, Reason: metav1.StatusReasonForbidden, Message: message,
	}}))
}

// isLoopback reports whether a host, with or without a port, is a loopback address or a name that RFC 6761 reserves for one.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip := net.ParseIP(strings.Trim(host, "[]")); ip != nil {
		return ip.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// isLoopbackOrigin is false for "null", which sandboxed pages and files send.
func isLoopbackOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && isLoopback(u.Host)
}
