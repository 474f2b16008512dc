package netfault

import (
	"net"
	"time"
)

// link is a connection of a client, and that to the target which belongs to it.
type link struct{ client, server *net.TCPConn }

// reset ends both with RST.
func (l *link) reset() {
	_ = l.client.SetLinger(0)
	_ = l.server.SetLinger(0)
	l.close()
}

func (l *link) close() {
	_ = l.client.Close()
	_ = l.server.Close()
}

// pump passes bytes on until one side ends, and then ends the other's stream.
func (p *Proxy) pump(to, from *net.TCPConn, fromTarget bool) {
	defer func() { _ = to.CloseWrite() }()
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if !p.pass(buffer[:n], fromTarget) {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// pass waits until a piece of data may pass, and meddles with it where that is asked for. It reports whether the proxy is
// still there.
func (p *Proxy) pass(data []byte, fromTarget bool) bool {
	p.mu.Lock()
	delay, open := p.delay, p.open
	if fromTarget && p.garbage > 0 {
		p.garbage--
		data[0] ^= 0xff
	}
	p.mu.Unlock()
	if delay > 0 {
		timer := time.NewTimer(delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-p.ctx.Done():
			return false
		}
	}
	select {
	case <-open:
		return true
	case <-p.ctx.Done():
		return false
	}
}
