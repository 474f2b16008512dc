// Package streaming converts connections between the two sets of types for them: those of apimachinery's httpstream, which
// programs use, and those of k8s.io/streaming, which replace them one day. Their streams have the same methods.
package streaming

import (
	"net/http"

	"k8s.io/apimachinery/pkg/util/httpstream"
	streamhttp "k8s.io/streaming/pkg/httpstream"
)

// Dialer makes connections of k8s.io/streaming with a dialer of apimachinery.
type Dialer struct{ httpstream.Dialer }

// Dial dials with the dialer of apimachinery.
func (d Dialer) Dial(protocols ...string) (streamhttp.Connection, string, error) {
	conn, protocol, err := d.Dialer.Dial(protocols...)
	if err != nil {
		return nil, "", err
	}
	return FromAPI(conn), protocol, nil
}

// APIDialer makes connections of apimachinery with a dialer of k8s.io/streaming.
type APIDialer struct{ streamhttp.Dialer }

// Dial dials with the dialer of k8s.io/streaming.
func (d APIDialer) Dial(protocols ...string) (httpstream.Connection, string, error) {
	conn, protocol, err := d.Dialer.Dial(protocols...)
	if err != nil {
		return nil, "", err
	}
	return ToAPI(conn), protocol, nil
}

// FromAPI returns conn as a connection of k8s.io/streaming; nil for nil.
func FromAPI(conn httpstream.Connection) streamhttp.Connection {
	switch c := conn.(type) {
	case nil:
		return nil
	case toAPI:
		return c.Connection
	default:
		return fromAPI{c}
	}
}

// ToAPI returns conn as a connection of apimachinery; nil for nil.
func ToAPI(conn streamhttp.Connection) httpstream.Connection {
	switch c := conn.(type) {
	case nil:
		return nil
	case fromAPI:
		return c.Connection
	default:
		return toAPI{c}
	}
}

type fromAPI struct{ httpstream.Connection }

func (c fromAPI) CreateStream(headers http.Header) (streamhttp.Stream, error) {
	stream, err := c.Connection.CreateStream(headers)
	if err != nil {
		return nil, err
	}
	return stream, nil
}

func (c fromAPI) RemoveStreams(streams ...streamhttp.Stream) {
	c.Connection.RemoveStreams(convert[httpstream.Stream](streams)...)
}

type toAPI struct{ streamhttp.Connection }

func (c toAPI) CreateStream(headers http.Header) (httpstream.Stream, error) {
	stream, err := c.Connection.CreateStream(headers)
	if err != nil {
		return nil, err
	}
	return stream, nil
}

func (c toAPI) RemoveStreams(streams ...httpstream.Stream) {
	c.Connection.RemoveStreams(convert[streamhttp.Stream](streams)...)
}

// convert returns the streams that are there with the other type, which has the same methods.
func convert[To, From any](streams []From) []To {
	converted := make([]To, 0, len(streams))
	for _, stream := range streams {
		if other, ok := any(stream).(To); ok {
			converted = append(converted, other)
		}
	}
	return converted
}
