package portforward

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	gwebsocket "github.com/gorilla/websocket"
	"k8s.io/klog/v2"
)

// closeTimeout is how long Close of a TunnelingConnection waits for a peer that does not read.
const closeTimeout = time.Second

// TunnelingConnection is a stream of bytes over the binary messages of a WebSocket connection, in which SPDY is tunnelled.
type TunnelingConnection struct {
	logger klog.Logger
	conn   *gwebsocket.Conn

	message io.Reader // what is not yet read of a message

	writing  sync.Mutex
	mu       sync.Mutex // guards deadline
	deadline time.Time  // for writing

	closeOnce sync.Once
}

var _ net.Conn = (*TunnelingConnection)(nil)

// NewTunnelingConnection returns a stream of bytes over conn. The name is that of its logger.
func NewTunnelingConnection(name string, conn *gwebsocket.Conn) *TunnelingConnection {
	return NewTunnelingConnectionWithLogger(klog.LoggerWithName(klog.Background(), name), conn)
}

// NewTunnelingConnectionWithLogger is NewTunnelingConnection with a logger.
func NewTunnelingConnectionWithLogger(logger klog.Logger, conn *gwebsocket.Conn) *TunnelingConnection {
	return &TunnelingConnection{logger: logger, conn: conn}
}

// Read returns what the peer sends; io.EOF after an orderly end.
func (c *TunnelingConnection) Read(p []byte) (int, error) {
	for {
		if c.message == nil {
			kind, message, err := c.conn.NextReader()
			switch {
			case gwebsocket.IsCloseError(err, gwebsocket.CloseNormalClosure):
				return 0, io.EOF
			case err != nil:
				c.logger.V(4).Info("Tunneling connection NextReader() failed", "err", err)
				return 0, err
			case kind != gwebsocket.BinaryMessage:
				return 0, errors.New("invalid message type received")
			}
			c.message = message
		}
		n, err := c.message.Read(p)
		if errors.Is(err, io.EOF) {
			c.message, err = nil, nil
			if n == 0 && len(p) > 0 {
				continue
			}
		}
		return n, err
	}
}

// Write sends p as one message.
func (c *TunnelingConnection) Write(p []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	err := c.conn.SetWriteDeadline(c.deadline)
	c.mu.Unlock()
	if err != nil {
		return 0, err
	}
	if err := c.conn.WriteMessage(gwebsocket.BinaryMessage, p); err != nil {
		return 0, fmt.Errorf("write to the tunnel: %w", err)
	}
	return len(p), nil
}

// Close says goodbye and closes the connection. Closing it again has no effect.
func (c *TunnelingConnection) Close() (err error) {
	c.closeOnce.Do(func() {
		goodbye := gwebsocket.FormatCloseMessage(gwebsocket.CloseNormalClosure, "")
		_ = c.conn.WriteControl(gwebsocket.CloseMessage, goodbye, time.Now().Add(closeTimeout)) // the peer may have gone
		err = c.conn.Close()
	})
	return err
}

// LocalAddr returns the address of this side.
func (c *TunnelingConnection) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr returns the address of the peer, or of a proxy before it.
func (c *TunnelingConnection) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// SetDeadline sets the deadline of reading and writing.
func (c *TunnelingConnection) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline sets the deadline of reading. After one has passed, every Read fails.
func (c *TunnelingConnection) SetReadDeadline(t time.Time) error { return c.conn.SetReadDeadline(t) }

// SetWriteDeadline sets the deadline of writing, also for a Write that is waiting. After one has passed, every Write fails.
func (c *TunnelingConnection) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return c.conn.NetConn().SetWriteDeadline(t)
}
