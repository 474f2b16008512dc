package streaming

import (
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"
)

// closeTimeout is how long Close waits for a peer that does not read, and CreateStream for an answer that the peer may have sent
// before the connection ended.
const closeTimeout = time.Second

// ErrLost is the error of a stream that could not be created because the connection has ended.
var ErrLost = errors.New("the connection has ended")

// NewClient returns the client's side of a SPDY connection over conn, with bounds that spdystream does not have: Close ends
// within a second if the peer does not read, and always closes conn; CreateStream ends within a second of the connection. In
// both cases spdystream waits: for ever, and for 30 seconds. It closes conn if it fails.
func NewClient(conn net.Conn, pingPeriod time.Duration) (*Client, error) {
	w := &watched{Conn: conn}
	connection, err := spdy.NewClientConnectionWithPings(w, pingPeriod)
	if err != nil {
		return nil, err
	}
	return &Client{Connection: connection, conn: w}, nil
}

// Client is the client's side of a SPDY connection.
type Client struct {
	httpstream.Connection

	conn *watched
}

// watched is a connection that notes whether it ended.
type watched struct {
	net.Conn

	ended atomic.Bool
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if err != nil {
		w.ended.Store(true)
	}
	return n, err
}

// Lost reports whether the connection ended without a goodbye of the peer (GOAWAY). It is known when CloseChan is closed.
func (c *Client) Lost() bool { return c.conn.ended.Load() }

// Close resets all streams and closes the connection.
func (c *Client) Close() error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(closeTimeout)) // also for writes that are waiting
	err := c.Connection.Close()
	_ = c.conn.Close()
	return err
}

// CreateStream creates a stream, and waits for the peer's answer.
func (c *Client) CreateStream(headers http.Header) (httpstream.Stream, error) {
	type result struct {
		stream httpstream.Stream
		err    error
	}
	created := make(chan result, 1)
	headers = headers.Clone() // callers change theirs for the next stream
	go func() {
		stream, err := c.Connection.CreateStream(headers)
		created <- result{stream, err}
	}()
	select {
	case r := <-created:
		return r.stream, r.err
	case <-c.CloseChan():
	}
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case r := <-created:
		return r.stream, r.err
	case <-timer.C:
		return nil, ErrLost
	}
}
