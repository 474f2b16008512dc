package netfault

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Proxy passes connections on to a target. It is safe for concurrent use.
type Proxy struct {
	target   string
	listener net.Listener
	running  sync.WaitGroup
	ctx      context.Context
	cancel   context.CancelFunc

	mu       sync.Mutex
	links    map[*link]struct{}
	delay    time.Duration
	refusing bool
	garbage  int
	// open is closed while bytes may pass.
	open chan struct{}
}

// New starts a proxy on a free port of the loopback interface, which runs until Close is called. The target, a host and
// port, need not be there yet: connections to one that is not are closed.
func New(target string) (*Proxy, error) {
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}
	p := &Proxy{target: target, listener: listener, links: map[*link]struct{}{}, open: make(chan struct{})}
	close(p.open)
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.running.Go(p.accept)
	return p, nil
}

// Addr is the host and port at which the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Close ends the proxy and all connections, and waits for them.
func (p *Proxy) Close() {
	p.cancel()
	_ = p.listener.Close()
	p.Reset()
	p.running.Wait()
}

// Reset resets all connections, to both sides. They do not count as connections from then on.
func (p *Proxy) Reset() {
	p.each(func(l *link) {
		l.reset()
		delete(p.links, l)
	})
}

// HalfClose ends the streams from the target to the clients in order, and leaves the other direction open.
func (p *Proxy) HalfClose() { p.each(func(l *link) { _ = l.client.CloseWrite() }) }

// SetDelay delays each piece of data; zero ends that.
func (p *Proxy) SetDelay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

// Refuse resets new connections until it is called with false.
func (p *Proxy) Refuse(refusing bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refusing = refusing
}

// Garble overwrites the first byte of each of the next n pieces of data that come from the target.
func (p *Proxy) Garble(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.garbage = n
}

// BlackHole lets nothing pass, in old and new connections, and breaks none of them, until it is called with false: what
// was sent meanwhile passes then.
func (p *Proxy) BlackHole(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	closed := false
	select {
	case <-p.open:
	default:
		closed = true
	}
	switch {
	case on && !closed:
		p.open = make(chan struct{})
	case !on && closed:
		close(p.open)
	}
}

// Connections is how many connections there are.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

func (p *Proxy) each(do func(*link)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		do(l)
	}
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		p.running.Go(func() { p.serve(conn.(*net.TCPConn)) }) //nolint:forcetypeassert // the listener is one of TCP
	}
}

func (p *Proxy) serve(client *net.TCPConn) {
	p.mu.Lock()
	refusing := p.refusing
	p.mu.Unlock()
	server, err := (&net.Dialer{}).DialContext(p.ctx, "tcp", p.target)
	if err != nil || refusing {
		if err == nil {
			_ = server.Close()
		}
		_ = client.SetLinger(0)
		_ = client.Close()
		return
	}
	l := &link{client: client, server: server.(*net.TCPConn)} //nolint:forcetypeassert // dialled by TCP
	p.mu.Lock()
	p.links[l] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.links, l)
		l.close()
	}()
	if p.ctx.Err() != nil {
		return
	}
	var up sync.WaitGroup
	up.Go(func() { p.pump(l.server, l.client, false) })
	p.pump(l.client, l.server, true)
	up.Wait()
}
