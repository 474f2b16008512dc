package transport

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// SeparateConnections selects requests that use connections of their own. Over HTTP/2 all requests of a client to a server
// otherwise share one connection, and so its bandwidth, its flow control, the server's limit of streams and its loss. The
// zero value separates nothing.
type SeparateConnections struct {
	// Watches moves watches to connections of their own, so that a flood of events does not delay other requests.
	Watches bool
	// Writes moves POST, PUT, PATCH and DELETE to connections of their own, so that large lists do not delay writes, for
	// example the renewal of a lease.
	Writes bool
}

// lane is a part of the key of a connection pool, which separates the pools of one configuration.
type lane string

const (
	laneAll     lane = ""
	laneWatches lane = "watches"
	laneWrites  lane = "writes"
)

// lanes sends each request over the connections for its kind: watch, write, or other.
type lanes struct {
	redact.Opaque

	others, watches, writes http.RoundTripper
}

var _ utilnet.RoundTripperWrapper = (*lanes)(nil)

// newLanes returns the round tripper for config: one pool, or lanes if config separates connections.
func newLanes(p *pools, config *Config) (http.RoundTripper, error) {
	others, err := p.get(config, laneAll)
	if err != nil || config.SeparateConnections == (SeparateConnections{}) {
		return others, err
	}
	l := &lanes{others: others, watches: others, writes: others}
	if config.SeparateConnections.Watches {
		if l.watches, err = p.get(config, laneWatches); err != nil {
			return nil, err
		}
	}
	if config.SeparateConnections.Writes {
		if l.writes, err = p.get(config, laneWrites); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *lanes) RoundTrip(req *http.Request) (*http.Response, error) {
	switch {
	case req.Method != http.MethodGet && req.Method != http.MethodHead && req.Method != http.MethodOptions:
		return l.writes.RoundTrip(req)
	case isWatch(req.URL):
		return l.watches.RoundTrip(req)
	default:
		return l.others.RoundTrip(req)
	}
}

// isWatch reports whether a GET of u is a watch, by its query parameter. Old paths (/watch/…) do not count.
func isWatch(u *url.URL) bool {
	if !strings.Contains(u.RawQuery, "watch=") {
		return false
	}
	watch, err := strconv.ParseBool(u.Query().Get("watch"))
	return err == nil && watch
}

// WrappedRoundTripper returns the pool of requests that are neither watches nor writes.
func (l *lanes) WrappedRoundTripper() http.RoundTripper { return l.others }

// CloseIdleConnections closes the idle connections of all lanes, and has each of them check its certificates, see
// connections.
func (l *lanes) CloseIdleConnections() {
	for _, rt := range []http.RoundTripper{l.others, l.watches, l.writes} {
		utilnet.CloseIdleConnectionsFor(rt)
	}
}
