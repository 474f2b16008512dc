package portforward

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"k8s.io/apimachinery/pkg/util/runtime"
)

// listen opens the local ports. It fails if none can be opened.
func (pf *PortForwarder) listen() error {
	var failed []error
	for i := range pf.ports {
		port := &pf.ports[i]
		if err := pf.listenOnPort(port); err != nil {
			failed = append(failed, err)
			pf.printf(pf.errOut, "Unable to listen on port %d: %v\n", port.Local, err)
		}
	}
	if len(failed) == len(pf.ports) {
		return fmt.Errorf("unable to listen on any of the requested ports: %v: %w", pf.ports, errors.Join(failed...))
	}
	return nil
}

// listenOnPort opens one port on all addresses. If too many fail, it is open on none.
func (pf *PortForwarder) listenOnPort(port *ForwardedPort) error {
	var failed []error
	var listeners []net.Listener
	succeeded, failures := map[string]int{}, map[string]int{}
	for _, addr := range pf.addresses {
		listener, err := pf.getListener(addr.protocol, addr.address, port)
		if err != nil {
			failed = append(failed, err)
			failures[addr.failureMode]++
			continue
		}
		succeeded[addr.failureMode]++
		listeners = append(listeners, listener)
	}
	if failures[failAny] > 0 || failures[failAll] > 0 && succeeded[failAll] == 0 {
		for _, listener := range listeners {
			_ = listener.Close()
		}
		return fmt.Errorf("listeners failed to create with the following errors: %w", errors.Join(failed...))
	}
	pf.mu.Lock()
	defer pf.mu.Unlock()
	for _, listener := range listeners {
		if pf.closed {
			_ = listener.Close()
			continue
		}
		pf.listeners = append(pf.listeners, listener)
		pf.running.Go(func() { pf.waitForConnection(listener, *port) })
	}
	return nil
}

// getListener listens on one address, and notes the port if it was zero.
func (pf *PortForwarder) getListener(protocol, hostname string, port *ForwardedPort) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), protocol, net.JoinHostPort(hostname, strconv.Itoa(int(port.Local))))
	if err != nil {
		return nil, fmt.Errorf("unable to create listener: %w", err)
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		port.Local = uint16(address.Port) //nolint:gosec // it is a port
	}
	pf.printf(pf.out, "Forwarding from %s -> %d\n", net.JoinHostPort(hostname, strconv.Itoa(int(port.Local))), port.Remote)
	return listener, nil
}

// waitForConnection accepts connections until the listener or the connection to the pod is closed.
func (pf *PortForwarder) waitForConnection(listener net.Listener, port ForwardedPort) {
	for {
		select {
		case <-pf.streamConn.CloseChan():
			return
		default:
		}
		conn, err := listener.Accept()
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				runtime.HandleErrorWithLogger(pf.logger, err, "Error accepting connection", "localPort", port.Local)
			}
			return
		}
		if !pf.hold(conn) {
			_ = conn.Close()
			return
		}
		pf.running.Go(func() {
			defer pf.release(conn)
			pf.handleConnection(conn, port)
		})
	}
}

// hold has Close close conn. It reports whether it has not been called yet.
func (pf *PortForwarder) hold(conn net.Conn) bool {
	pf.mu.Lock()
	defer pf.mu.Unlock()
	if !pf.closed {
		pf.local[conn] = true
	}
	return !pf.closed
}

func (pf *PortForwarder) release(conn net.Conn) {
	pf.mu.Lock()
	defer pf.mu.Unlock()
	delete(pf.local, conn)
}
