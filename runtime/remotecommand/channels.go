package remotecommand

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	gwebsocket "github.com/gorilla/websocket"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"
)

// maxMessage is how much data a message has at most. Servers refuse much longer ones, and a short message does not keep those of
// the other streams waiting for long.
const maxMessage = 32 * 1024

// closeTimeout is how long the end of a connection waits for a server that does not read.
const closeTimeout = time.Second

// channels are the streams of a command over a WebSocket connection: the first byte of each message names the stream.
type channels struct {
	conn    *gwebsocket.Conn
	version version

	// writing is held while a message is written. Pings need no lock.
	writing sync.Mutex

	mu      sync.Mutex // guards streams, ended and failed
	streams map[byte]*channel
	ended   bool
	failed  error // why the connection ended; nil for an orderly end

	beat heartbeat
	over chan struct{} // closed when nothing is received any more
	once sync.Once     // for start
}

func newChannels(conn *gwebsocket.Conn, v version, period, timeout time.Duration) *channels {
	c := &channels{conn: conn, version: v, streams: map[byte]*channel{}, over: make(chan struct{})}
	c.beat = heartbeat{conn: conn, period: period, timeout: timeout, over: c.over, buffer: make([]byte, maxMessage)}
	return c
}

// channelID returns the byte that names a kind of stream.
func channelID(kind string) (byte, error) {
	switch kind {
	case corev1.StreamTypeStdin:
		return remotecommand.StreamStdIn, nil
	case corev1.StreamTypeStdout:
		return remotecommand.StreamStdOut, nil
	case corev1.StreamTypeStderr:
		return remotecommand.StreamStdErr, nil
	case corev1.StreamTypeError:
		return remotecommand.StreamErr, nil
	case corev1.StreamTypeResize:
		return remotecommand.StreamResize, nil
	default:
		return 0, fmt.Errorf("unknown stream type: %s", kind)
	}
}

func (c *channels) open(kind string) (remoteStream, error) {
	id, err := channelID(kind)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return nil, fmt.Errorf("the connection has ended: %w", errors.Join(io.ErrClosedPipe, c.failed))
	}
	if c.streams[id] != nil {
		return nil, fmt.Errorf("duplicate stream for type %s", kind)
	}
	ch := &channel{channels: c, id: id}
	ch.received, ch.deliver = io.Pipe()
	c.streams[id] = ch
	return ch, nil
}

// start begins to receive, now that all streams are there.
func (c *channels) start() {
	c.once.Do(func() {
		c.beat.begin()
		go c.receive()
	})
}

// receive hands what the server sends to the streams, until the connection ends. A stream that nobody reads stops the others.
func (c *channels) receive() {
	defer close(c.over)
	for {
		kind, message, err := c.conn.NextReader()
		if err == nil {
			c.beat.heard()
			err = c.dispatch(kind, message)
		}
		if err != nil {
			c.end(c.beat.explain(err))
			return
		}
	}
}

// dispatch hands a message to its stream. Messages of streams that are not open are dropped.
func (c *channels) dispatch(kind int, message io.Reader) error {
	if kind != gwebsocket.BinaryMessage {
		return fmt.Errorf("unexpected message type: %d", kind)
	}
	var id [1]byte
	if _, err := io.ReadFull(message, id[:]); err != nil {
		return fmt.Errorf("read stream id: %w", err)
	}
	if id[0] == remotecommand.StreamClose && c.version >= 5 {
		if _, err := io.ReadFull(message, id[:]); err != nil {
			return fmt.Errorf("read the id of a closed stream: %w", err)
		}
		if ch := c.stream(id[0]); ch != nil {
			_ = ch.deliver.Close()
		}
		return nil
	}
	ch := c.stream(id[0])
	if ch == nil {
		return nil
	}
	return c.beat.copy(ch.deliver, message)
}

func (c *channels) stream(id byte) *channel {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.streams[id]
}

// end ends all streams: reading returns err, or io.EOF after an orderly end.
func (c *channels) end(err error) {
	var closed *gwebsocket.CloseError
	if errors.As(err, &closed) && closed.Code == gwebsocket.CloseNormalClosure {
		err = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended, c.failed = true, err
	for _, ch := range c.streams {
		_ = ch.deliver.CloseWithError(err)
	}
}

// lost is nil: a server that ends a WebSocket connection in an orderly way means it. Any other end is an error of reading.
func (c *channels) lost() error { return nil }

// close says goodbye.
func (c *channels) close() {
	goodbye := gwebsocket.FormatCloseMessage(gwebsocket.CloseNormalClosure, "")
	_ = c.conn.WriteControl(gwebsocket.CloseMessage, goodbye, time.Now().Add(closeTimeout))
	c.abort()
}

// abort closes the connection, and waits until nothing is received any more.
func (c *channels) abort() {
	_ = c.conn.Close()
	c.once.Do(func() { close(c.over) }) // nothing ever was
	c.end(errLost)
}

// channel is one stream of a connection.
type channel struct {
	*channels

	id       byte
	received *io.PipeReader
	deliver  *io.PipeWriter
	closed   bool // guarded by writing
}

func (ch *channel) Read(p []byte) (int, error) { return ch.received.Read(p) }

// Write sends p, in as many messages as it takes.
func (ch *channel) Write(p []byte) (int, error) {
	written := 0
	for {
		n := min(len(p)-written, maxMessage)
		if err := ch.send(p[written : written+n]); err != nil {
			return written, err
		}
		if written += n; written == len(p) {
			return written, nil
		}
	}
}

func (ch *channel) send(data []byte) error {
	ch.writing.Lock()
	defer ch.writing.Unlock()
	if ch.closed {
		return fmt.Errorf("write on closed stream %d", ch.id)
	}
	return ch.beat.write(func() error {
		message, err := ch.conn.NextWriter(gwebsocket.BinaryMessage)
		if err != nil {
			return err
		}
		if _, err := message.Write([]byte{ch.id}); err != nil {
			return err
		}
		if _, err := message.Write(data); err != nil {
			return err
		}
		return message.Close()
	})
}

// Close tells the server that nothing more is sent, from version 5 of the protocol.
func (ch *channel) Close() error {
	ch.writing.Lock()
	defer ch.writing.Unlock()
	if ch.closed {
		return fmt.Errorf("close of closed stream %d", ch.id)
	}
	ch.closed = true
	if ch.version < 5 {
		return nil
	}
	return ch.beat.write(func() error {
		return ch.conn.WriteMessage(gwebsocket.BinaryMessage, []byte{remotecommand.StreamClose, ch.id})
	})
}

// Reset ends both directions.
func (ch *channel) Reset() error {
	_ = ch.Close()
	return ch.deliver.Close()
}

// heartbeat pings the server, and closes the connection if it is silent for too long. The time in which this side waits, for the
// caller to take data or for the server to take data, does not count: a slow reader is not dead, and a dead server is found by
// the probes of TCP.
type heartbeat struct {
	conn            *gwebsocket.Conn
	period, timeout time.Duration
	over            <-chan struct{}

	last    atomic.Int64 // when the server was heard, in nanoseconds
	waiting atomic.Int32 // how many wait for the caller or for the server to take data
	silent  atomic.Bool  // the connection was closed because of silence
	buffer  []byte       // for copy, of which there is one at a time
}

// begin starts the heartbeat. It ends with the connection.
func (h *heartbeat) begin() {
	h.heard()
	h.conn.SetPongHandler(func(string) error {
		h.heard()
		return nil
	})
	go h.run()
	go h.watch()
}

func (h *heartbeat) heard() { h.last.Store(time.Now().UnixNano()) }

// run sends pings. A ping waits for as long as the server takes no data.
func (h *heartbeat) run() {
	ticker := time.NewTicker(h.period)
	defer ticker.Stop()
	for {
		select {
		case <-h.over:
			return
		case <-ticker.C:
		}
		if h.write(func() error { return h.conn.WriteControl(gwebsocket.PingMessage, nil, time.Time{}) }) != nil {
			return
		}
	}
}

// watch closes the connection after silence.
func (h *heartbeat) watch() {
	ticker := time.NewTicker(min(h.period, h.timeout))
	defer ticker.Stop()
	for {
		select {
		case <-h.over:
			return
		case <-ticker.C:
		}
		switch {
		case h.waiting.Load() > 0:
			h.heard()
		case time.Since(time.Unix(0, h.last.Load())) > h.timeout:
			h.silent.Store(true)
			_ = h.conn.Close()
			return
		}
	}
}

// write calls a function that waits for the server to take data.
func (h *heartbeat) write(send func() error) error {
	h.waiting.Add(1)
	defer h.waiting.Add(-1)
	return send()
}

// copy copies a message to a stream, whose reader is the caller's matter: if it has gone, the message is dropped.
func (h *heartbeat) copy(to io.Writer, message io.Reader) error {
	for {
		n, err := message.Read(h.buffer)
		if n > 0 {
			h.heard()
			if h.write(func() error { _, err := to.Write(h.buffer[:n]); return err }) != nil {
				return nil //nolint:nilerr // the reader has gone
			}
			h.heard()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read message: %w", err)
		}
	}
}

// explain returns err, or that the server was silent if that is why the connection was closed.
func (h *heartbeat) explain(err error) error {
	if h.silent.Load() {
		return fmt.Errorf("the server has not answered pings for %v: %w", h.timeout, os.ErrDeadlineExceeded)
	}
	return fmt.Errorf("next reader: %w", err)
}
