package remotecommand

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport/spdy"
)

// spdyExecutor runs commands over SPDY.
type spdyExecutor struct {
	redact.Opaque

	upgrader  spdy.Upgrader
	client    *http.Client
	method    string
	url       *url.URL
	protocols []string
}

// NewSPDYExecutor returns an executor that connects to url with the credentials of config. It fails if rest.TransportFor does.
func NewSPDYExecutor(config *rest.Config, method string, url *url.URL) (Executor, error) {
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	return NewSPDYExecutorForTransports(transport, upgrader, method, url)
}

// NewSPDYExecutorForTransports returns an executor that uses what spdy.RoundTripperFor returned.
func NewSPDYExecutorForTransports(transport http.RoundTripper, upgrader spdy.Upgrader, method string, url *url.URL) (Executor, error) {
	return NewSPDYExecutorForProtocols(transport, upgrader, method, url,
		remotecommand.StreamProtocolV5Name,
		remotecommand.StreamProtocolV4Name,
		remotecommand.StreamProtocolV3Name,
		remotecommand.StreamProtocolV2Name,
		remotecommand.StreamProtocolV1Name,
	)
}

// NewSPDYExecutorRejectRedirects is NewSPDYExecutorForTransports, but a redirect is an error.
func NewSPDYExecutorRejectRedirects(transport http.RoundTripper, upgrader spdy.Upgrader, method string, url *url.URL) (Executor, error) {
	executor, err := NewSPDYExecutorForTransports(transport, upgrader, method, url)
	if own, ok := executor.(*spdyExecutor); ok {
		own.client.CheckRedirect = func(*http.Request, []*http.Request) error { return errors.New("redirect not allowed") }
	}
	return executor, err
}

// NewSPDYExecutorForProtocols is NewSPDYExecutorForTransports that offers the given protocols alone, the preferred first.
func NewSPDYExecutorForProtocols(
	transport http.RoundTripper, upgrader spdy.Upgrader, method string, url *url.URL, protocols ...string,
) (Executor, error) {
	return &spdyExecutor{
		upgrader: upgrader, client: &http.Client{Transport: transport}, method: method, url: url, protocols: protocols,
	}, nil
}

func (e *spdyExecutor) Stream(options StreamOptions) error {
	return e.StreamWithContext(context.Background(), options)
}

func (e *spdyExecutor) StreamWithContext(ctx context.Context, options StreamOptions) error {
	req, err := http.NewRequestWithContext(ctx, e.method, e.url.String(), nil)
	if err != nil {
		return fmt.Errorf("error creating request: %w", redact.Error(err))
	}
	conn, protocol, err := spdy.Negotiate(e.upgrader, e.client, req, e.protocols...)
	if err != nil {
		return err
	}
	v, err := versionOf(protocol)
	if err != nil {
		_ = conn.Close()
		return err
	}
	s := &session{conn: &spdyConnection{conn}, version: v, options: options}
	return s.run(ctx)
}

// spdyConnection is a connection of a session over SPDY.
type spdyConnection struct{ conn httpstream.Connection }

func (c *spdyConnection) open(kind string) (remoteStream, error) {
	return c.conn.CreateStream(http.Header{corev1.StreamType: {kind}})
}

func (c *spdyConnection) start() {} // spdystream reads already
func (c *spdyConnection) abort() { _ = c.conn.Close() }
func (c *spdyConnection) close() { _ = c.conn.Close() }

// lost is an error if the server did not say goodbye.
func (c *spdyConnection) lost() error {
	if client, ok := c.conn.(interface{ Lost() bool }); ok && client.Lost() {
		return errLost
	}
	return nil
}
