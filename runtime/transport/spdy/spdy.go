// Package spdy switches connections to SPDY/3.1, in which exec, attach and port-forward send several streams over one
// connection. It has the names of client-go's transport/spdy.
//
// The upgrade request goes out as all requests of a configuration do: with its credentials, impersonation, TLS, proxy and dial
// function. A response that refuses the upgrade is an error that wraps the Status of the server, if it sent one.
package spdy

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/streaming"
	"github.com/typewright/typewright/runtime/internal/upgrade"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
)

// pingPeriod is how often a ping keeps proxies between client and server from closing a quiet connection.
const pingPeriod = 5 * time.Second

// Upgrader makes a connection of the response to an upgrade request.
type Upgrader interface {
	// NewConnection returns the connection of a response that switches to SPDY. Any other response is an error, and is closed.
	NewConnection(resp *http.Response) (httpstream.Connection, error)
}

// RoundTripperFor returns the round tripper for upgrade requests to the server of config, and the Upgrader for its responses.
// Both are safe for concurrent use. RoundTripperFor fails if rest.TransportFor does.
func RoundTripperFor(config *rest.Config) (http.RoundTripper, Upgrader, error) {
	transportConfig, err := config.TransportConfig()
	if err != nil {
		return nil, nil, err
	}
	connections, err := transport.ForUpgrades(transportConfig)
	if err != nil {
		return nil, nil, err
	}
	u := &upgrader{rt: connections}
	wrapped, err := transport.HTTPWrappersForConfig(transportConfig, u)
	if err != nil {
		return nil, nil, err
	}
	return wrapped, u, nil
}

// upgrader sends upgrade requests.
type upgrader struct {
	redact.Opaque

	rt http.RoundTripper
}

// RoundTrip asks for SPDY. It does not change req.
func (u *upgrader) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set(httpstream.HeaderConnection, httpstream.HeaderUpgrade)
	req.Header.Set(httpstream.HeaderUpgrade, spdy.HeaderSpdy31)
	return upgrade.RoundTrip(u.rt, req)
}

func (u *upgrader) WrappedRoundTripper() http.RoundTripper { return u.rt }

// errNoSPDY is the error for responses that do not switch to SPDY.
var errNoSPDY = errors.New("the server does not switch to " + spdy.HeaderSpdy31)

func (u *upgrader) NewConnection(resp *http.Response) (httpstream.Connection, error) {
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("unable to upgrade connection: %w", upgrade.Refused(resp, errNoSPDY))
	}
	if !mentions(resp, httpstream.HeaderConnection, httpstream.HeaderUpgrade) || !mentions(resp, httpstream.HeaderUpgrade, spdy.HeaderSpdy31) {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("unable to upgrade connection: %w but to %q", errNoSPDY, resp.Header.Get(httpstream.HeaderUpgrade))
	}
	conn, ok := upgrade.Take(resp)
	if !ok {
		_ = resp.Body.Close()
		return nil, errors.New("unable to upgrade connection: the response is not one of the round tripper that belongs to this upgrader, " +
			"or its connection is in use")
	}
	client, err := streaming.NewClient(conn, pingPeriod)
	if err != nil {
		return nil, err
	}
	return client, nil
}

// mentions reports whether a header of resp contains a word, in upper or lower case.
func mentions(resp *http.Response, header, word string) bool {
	return strings.Contains(strings.ToLower(resp.Header.Get(header)), strings.ToLower(word))
}

// dialer opens connections to one URL.
type dialer struct {
	redact.Opaque

	upgrader Upgrader
	client   *http.Client
	method   string
	url      *url.URL
}

var _ httpstream.Dialer = (*dialer)(nil)

// NewDialer returns a dialer that switches connections to url to SPDY. The transport of client and upgrader must be those
// that RoundTripperFor returned.
func NewDialer(upgrader Upgrader, client *http.Client, method string, url *url.URL) httpstream.Dialer {
	return &dialer{upgrader: upgrader, client: client, method: method, url: url}
}

// Dial returns a connection and the protocol of the given ones that the server has chosen.
func (d *dialer) Dial(protocols ...string) (httpstream.Connection, string, error) {
	req, err := http.NewRequest(d.method, d.url.String(), nil) //nolint:noctx // the interface has no context
	if err != nil {
		return nil, "", fmt.Errorf("error creating request: %w", redact.Error(err))
	}
	return Negotiate(d.upgrader, d.client, req, protocols...)
}

// Negotiate sends an upgrade request that offers protocols, the preferred first, and returns the connection and the protocol
// that the server has chosen. It adds the protocols to the headers of req. The transport of client and upgrader must be those
// that RoundTripperFor returned.
//
// The context of req ends the negotiation, but not the connection.
func Negotiate(upgrader Upgrader, client *http.Client, req *http.Request, protocols ...string) (httpstream.Connection, string, error) {
	for _, protocol := range protocols {
		req.Header.Add(httpstream.HeaderProtocolVersion, protocol)
	}
	resp, err := client.Do(req) //nolint:gosec // the caller's request
	if err != nil {
		return nil, "", fmt.Errorf("error sending request: %w", redact.Error(err))
	}
	defer resp.Body.Close() //nolint:errcheck // the connection is the upgrader's
	conn, err := upgrader.NewConnection(resp)
	if err != nil {
		return nil, "", err
	}
	return conn, resp.Header.Get(httpstream.HeaderProtocolVersion), nil
}
