// Package connrotation keeps track of connections, to close all of them when credentials change: a connection that is open keeps
// those that it was opened with.
package connrotation

import (
	"context"
	"net"
	"sync"
)

// DialFunc opens a connection, as [net.Dialer.DialContext] does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Dialer opens connections that can be closed together.
type Dialer struct {
	*ConnectionTracker

	dial DialFunc
}

// NewDialer returns a dialer with a tracker of its own.
func NewDialer(dial DialFunc) *Dialer {
	return NewDialerWithTracker(dial, nil)
}

// NewDialerWithTracker returns a dialer. Without a function it opens connections as [net.Dialer] does; without a tracker it gets
// one of its own.
func NewDialerWithTracker(dial DialFunc, tracker *ConnectionTracker) *Dialer {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	if tracker == nil {
		tracker = NewConnectionTracker()
	}
	return &Dialer{ConnectionTracker: tracker, dial: dial}
}

// Dial opens a connection.
func (d *Dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialContext opens a connection.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return d.Track(conn), nil
}

// ConnectionTracker knows the connections that are open. It is safe for concurrent use.
type ConnectionTracker struct {
	mu    sync.Mutex
	conns map[*trackedConn]struct{}
}

// NewConnectionTracker returns a tracker that knows no connection.
func NewConnectionTracker() *ConnectionTracker {
	return &ConnectionTracker{conns: map[*trackedConn]struct{}{}}
}

// CloseAll closes the connections that are tracked when it is called. Others may be opened before it returns.
func (c *ConnectionTracker) CloseAll() {
	c.mu.Lock()
	conns := c.conns
	c.conns = map[*trackedConn]struct{}{}
	c.mu.Unlock()
	for conn := range conns {
		_ = conn.Conn.Close()
	}
}

// Track returns a connection that is forgotten when it is closed, to be used in place of the given one.
func (c *ConnectionTracker) Track(conn net.Conn) net.Conn {
	tracked := &trackedConn{Conn: conn, tracker: c}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns[tracked] = struct{}{}
	return tracked
}

func (c *ConnectionTracker) forget(conn *trackedConn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.conns, conn)
}

type trackedConn struct {
	net.Conn

	tracker *ConnectionTracker
}

// Close closes the connection and forgets it.
func (c *trackedConn) Close() error {
	c.tracker.forget(c)
	return c.Conn.Close()
}
