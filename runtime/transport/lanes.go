package transport

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// SeparateConnections tells which requests get connections of their own. Over HTTP/2 a client has one connection to a
// server, which everything shares: its bandwidth, its window, the server's limit of streams, and its loss when it breaks.
// The zero value keeps it so.
type SeparateConnections struct {
	// Watches puts watches on connections of their own, so that a flood of events delays no other request.
	Watches bool
	// Writes puts POST, PUT, PATCH and DELETE on connections of their own, so that large lists delay no write: a lease
	// that must be renewed, for example.
	Writes bool
}

// lane tells connections of the same configuration apart.
type lane string

const (
	laneAll     lane = ""
	laneWatches lane = "watches"
	laneWrites  lane = "writes"
)

// lanes sends each request over the connections that its kind has.
type lanes struct {
	redact.Opaque

	others, watches, writes http.RoundTripper
}

var _ utilnet.RoundTripperWrapper = (*lanes)(nil)

// newLanes returns the connections for config.
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

// isWatch reports whether a GET of u is a watch, as the API's conventions have it.
func isWatch(u *url.URL) bool {
	if !strings.Contains(u.RawQuery, "watch=") {
		return false
	}
	watch, err := strconv.ParseBool(u.Query().Get("watch"))
	return err == nil && watch
}

// WrappedRoundTripper returns the connections of requests that are nothing special.
func (l *lanes) WrappedRoundTripper() http.RoundTripper { return l.others }

// CloseIdleConnections closes what nobody uses, in each lane.
func (l *lanes) CloseIdleConnections() {
	for _, rt := range []http.RoundTripper{l.others, l.watches, l.writes} {
		utilnet.CloseIdleConnectionsFor(rt)
	}
}
