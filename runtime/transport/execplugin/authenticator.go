package execplugin

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/transport"
)

// waitDelay is how long a program that was told to end may still hold its output open.
const waitDelay = 5 * time.Second

// Authenticator keeps the credentials that a program prints. It is safe for concurrent use.
type Authenticator struct {
	config  *api.ExecConfig
	cluster *Cluster
	clock   clock.PassiveClock
	holder  *transport.GetCertHolder

	number uint64 // see expiries

	// turn holds one token: whoever has it may run the program and read or write the credentials.
	turn    chan struct{}
	current *credentials
}

// credentials are what a program printed, ready for use. They do not change.
type credentials struct {
	token   string
	cert    *tls.Certificate
	expires time.Time // zero: never
}

// New returns an Authenticator for the program that config names; cluster is what it is told of the cluster, where it
// asks for that. Nothing runs before credentials are needed.
func New(config *api.ExecConfig, cluster *Cluster) (*Authenticator, error) {
	if err := check(config); err != nil {
		return nil, err
	}
	own := *config
	if cluster != nil {
		told := *cluster
		told.Config = clusterConfig(config.Config)
		cluster = &told
	}
	a := &Authenticator{config: &own, cluster: cluster, clock: clock.RealClock{}, turn: make(chan struct{}, 1)}
	a.turn <- struct{}{}
	certificateExpiries.add(a)
	a.holder = &transport.GetCertHolder{GetCert: a.certificate}
	return a, nil
}

// key tells configurations apart whose programs may print different things.
func key(config *api.ExecConfig, cluster *Cluster) (string, error) {
	data, err := json.Marshal([]any{config, cluster, clusterConfig(config.Config), config.StdinUnavailable, config.PluginPolicy.PolicyType})
	return string(data), err
}

// UpdateTransportConfig has transports made from c use the program's credentials. Where c says already who the user is,
// that wins.
func (a *Authenticator) UpdateTransportConfig(c *transport.Config) error {
	if c.HasTokenAuth() || c.HasBasicAuth() {
		return nil
	}
	if c.HasCertCallback() {
		return errors.New("exec plugin: the configuration has a certificate callback already")
	}
	if !c.HasCertAuth() && c.Transport == nil {
		c.TLS.GetCertHolder = a.holder
	}
	c.Wrap(func(rt http.RoundTripper) http.RoundTripper { return &roundTripper{a: a, rt: rt} })
	return nil
}

// get returns credentials that have not expired and are not those that the server refused.
func (a *Authenticator) get(ctx context.Context, refused *credentials) (*credentials, error) {
	select {
	case <-a.turn:
		defer func() { a.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for exec plugin %s: %w", a.config.Command, context.Cause(ctx))
	}
	if c := a.current; c != nil && c != refused && (c.expires.IsZero() || a.clock.Now().Before(c.expires)) {
		return c, nil
	}
	printed, err := run(ctx, a.config, a.cluster)
	if err != nil {
		return nil, err
	}
	fresh := &credentials{token: printed.Token}
	if printed.ExpirationTimestamp != nil {
		fresh.expires = *printed.ExpirationTimestamp
	}
	if printed.ClientCertificateData != "" {
		cert, err := tls.X509KeyPair([]byte(printed.ClientCertificateData), []byte(printed.ClientKeyData))
		if err != nil {
			return nil, fmt.Errorf("exec plugin %s: the client certificate and key that it printed do not fit: %w", a.config.Command, err)
		}
		fresh.cert = &cert
	}
	observe(a, a.current, fresh)
	a.current = fresh
	return fresh, nil
}

// certificate is asked for at each handshake.
func (a *Authenticator) certificate() (*tls.Certificate, error) {
	c, err := a.get(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	return c.cert, nil
}

// roundTripper sends requests with the program's credentials.
type roundTripper struct {
	a    *Authenticator
	rt   http.RoundTripper
	last atomic.Pointer[credentials]
}

var _ utilnet.RoundTripperWrapper = (*roundTripper)(nil)

// WrappedRoundTripper returns what lies below.
func (r *roundTripper) WrappedRoundTripper() http.RoundTripper { return r.rt }

// RoundTrip sends the request, and once more with new credentials where the server refuses the first, if the body can be
// sent again.
func (r *roundTripper) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Authorization") != "" {
		return r.rt.RoundTrip(req)
	}
	creds, err := r.a.get(req.Context(), nil)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // as http.RoundTripper demands, also of errors
		}
		return nil, fmt.Errorf("getting credentials: %w", err)
	}
	r.use(creds)
	resp, err := r.rt.RoundTrip(with(req, creds))
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	fresh, err := r.a.get(req.Context(), creds)
	if err != nil || req.Body != nil && req.GetBody == nil {
		return resp, nil //nolint:nilerr // the refusal is what the caller asked about
	}
	again := with(req, fresh)
	if req.Body != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return resp, nil //nolint:nilerr // the refusal is what the caller asked about
		}
	}
	drain(resp.Body)
	r.use(fresh)
	return r.rt.RoundTrip(again)
}

// use has connections with another certificate than that of creds used no more: a connection keeps the certificate that
// it began with.
func (r *roundTripper) use(creds *credentials) {
	if last := r.last.Swap(creds); last != nil && last != creds && (last.cert != nil || creds.cert != nil) {
		utilnet.CloseIdleConnectionsFor(r.rt)
	}
}

// drain reads a little of an answer that nobody wants, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 2<<10)
	_ = body.Close()
}

func with(req *http.Request, creds *credentials) *http.Request {
	if creds.token == "" {
		return req
	}
	req = utilnet.CloneRequest(req)
	req.Header.Set("Authorization", "Bearer "+creds.token)
	return req
}
