package remotecommand

import (
	"errors"
	"fmt"
	"io"
	"sync"
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
