package spdy

import (
	"net/http"
	"net/url"

	"k8s.io/apimachinery/pkg/util/httpstream"
	streamhttp "k8s.io/streaming/pkg/httpstream"

	"github.com/typewright/typewright/runtime/internal/streaming"
)

// NewDialerForStreaming is NewDialer for callers that use the types of k8s.io/streaming.
func NewDialerForStreaming(upgrader Upgrader, client *http.Client, method string, url *url.URL) streamhttp.Dialer {
	return streaming.Dialer{Dialer: NewDialer(upgrader, client, method, url)}
}

// NewUpgraderForStreaming makes an Upgrader of one with the types of k8s.io/streaming.
func NewUpgraderForStreaming(upgrader streamhttp.UpgradeRoundTripper) Upgrader {
	return &streamingUpgrader{upgrader: upgrader}
}

type streamingUpgrader struct {
	upgrader streamhttp.UpgradeRoundTripper
}

func (u *streamingUpgrader) NewConnection(resp *http.Response) (httpstream.Connection, error) {
	conn, err := u.upgrader.NewConnection(resp)
	if err != nil {
		return nil, err
	}
	return streaming.ToAPI(conn), nil
}

// NegotiateStreaming is Negotiate for callers that use the types of k8s.io/streaming.
func NegotiateStreaming(upgrader Upgrader, client *http.Client, req *http.Request, protocols ...string) (streamhttp.Connection, string, error) {
	conn, protocol, err := Negotiate(upgrader, client, req, protocols...)
	if err != nil {
		return nil, "", err
	}
	return streaming.FromAPI(conn), protocol, nil
}
