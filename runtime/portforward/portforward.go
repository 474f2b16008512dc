package portforward

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
	streamhttp "k8s.io/streaming/pkg/httpstream"

	"github.com/typewright/typewright/runtime/internal/streaming"
)

// PortForwardProtocolV1Name is the protocol of forwarded ports.
const PortForwardProtocolV1Name = "portforward.k8s.io"

// ErrLostConnectionToPod is the error of ForwardPorts if the connection ends before it is stopped.
var ErrLostConnectionToPod = errors.New("lost connection to pod")

// PortForwarder forwards local ports to ports of a pod.
type PortForwarder struct {
	// Ready is closed when the local ports are open, if it is not nil.
	Ready chan struct{}

	addresses []listenAddress
	ports     []ForwardedPort
	stopChan  <-chan struct{}
	logger    klog.Logger
	dialer    httpstream.Dialer

	streamConn httpstream.Connection

	mu        sync.Mutex // guards the following, and writing to out and errOut
	listeners []net.Listener
	local     map[net.Conn]bool // the connections to local ports
	closed    bool
	requestID int
	out       io.Writer
	errOut    io.Writer

	running sync.WaitGroup
}

// New returns a forwarder that listens on localhost; see NewOnAddresses.
func New(
	dialer httpstream.Dialer, ports []string, stopChan <-chan struct{}, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	return NewOnAddresses(dialer, []string{"localhost"}, ports, stopChan, readyChan, out, errOut)
}

// NewOnAddresses returns a forwarder that listens on addresses: IPs, or "localhost", which stands for 127.0.0.1 and ::1. A port is
// "5000", "8888:5000" for a local port 8888, or ":5000" for a free local port, which GetPorts tells. ForwardPorts ends when
// stopChan is closed, and closes readyChan when the ports are open; both may be nil. What it does is written to out, and ports that
// cannot be opened to errOut, if they are not nil.
func NewOnAddresses( //nolint:revive // the drop-in signature
	dialer httpstream.Dialer, addresses, ports []string, stopChan <-chan struct{}, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	return NewOnAddressesWithContext(wait.ContextForChannel(stopChan), dialer, addresses, ports, readyChan, out, errOut)
}

// NewOnAddressesWithContext is NewOnAddresses with a context that ends ForwardPorts. Its logger gets the errors of connections.
func NewOnAddressesWithContext( //nolint:revive // the drop-in signature
	ctx context.Context, dialer httpstream.Dialer, addresses, ports []string, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	if len(addresses) == 0 {
		return nil, errors.New("you must specify at least 1 address")
	}
	parsedAddresses, err := parseAddresses(addresses)
	if err != nil {
		return nil, err
	}
	if len(ports) == 0 {
		return nil, errors.New("you must specify at least 1 port")
	}
	parsedPorts, err := parsePorts(ports)
	if err != nil {
		return nil, err
	}
	return &PortForwarder{
		Ready: readyChan, addresses: parsedAddresses, ports: parsedPorts, stopChan: ctx.Done(), logger: klog.FromContext(ctx),
		dialer: dialer, local: map[net.Conn]bool{}, out: out, errOut: errOut,
	}, nil
}

// NewForStreaming is New for callers that use the types of k8s.io/streaming.
func NewForStreaming(
	dialer streamhttp.Dialer, ports []string, stopChan <-chan struct{}, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	return NewOnAddressesForStreaming(dialer, []string{"localhost"}, ports, stopChan, readyChan, out, errOut)
}

// NewOnAddressesForStreaming is NewOnAddresses for callers that use the types of k8s.io/streaming.
func NewOnAddressesForStreaming( //nolint:revive // the drop-in signature
	dialer streamhttp.Dialer, addresses, ports []string, stopChan <-chan struct{}, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	return NewOnAddressesForStreamingWithContext(wait.ContextForChannel(stopChan), dialer, addresses, ports, readyChan, out, errOut)
}

// NewOnAddressesForStreamingWithContext is NewOnAddressesWithContext for callers that use the types of k8s.io/streaming.
func NewOnAddressesForStreamingWithContext( //nolint:revive // the drop-in signature
	ctx context.Context, dialer streamhttp.Dialer, addresses, ports []string, readyChan chan struct{}, out, errOut io.Writer,
) (*PortForwarder, error) {
	return NewOnAddressesWithContext(ctx, streaming.APIDialer{Dialer: dialer}, addresses, ports, readyChan, out, errOut)
}

// ForwardPorts connects to the pod, opens the local ports, and forwards connections until it is stopped. It returns nil then, and
// ErrLostConnectionToPod if the connection ends before. It fails if no port can be opened; if some can, it forwards those.
//
// An error that the pod's side reports of one connection, such as a port that nobody listens on, ends the connection to the pod.
func (pf *PortForwarder) ForwardPorts() error {
	defer pf.running.Wait()
	defer pf.Close()
	conn, protocol, err := pf.dial()
	if err != nil {
		return fmt.Errorf("error upgrading connection: %w", err)
	}
	if conn == nil {
		return nil // stopped
	}
	pf.streamConn = conn
	defer conn.Close() //nolint:errcheck // nobody could mend it
	if protocol != PortForwardProtocolV1Name {
		return fmt.Errorf("unable to negotiate protocol: client supports %q, server returned %q", PortForwardProtocolV1Name, protocol)
	}
	if err := pf.listen(); err != nil {
		return err
	}
	if pf.Ready != nil {
		close(pf.Ready)
	}
	select {
	case <-pf.stopChan:
		return nil
	case <-conn.CloseChan():
		return ErrLostConnectionToPod
	}
}

// dial connects to the pod. It returns nil if it is stopped; a connection that is made later is closed.
func (pf *PortForwarder) dial() (httpstream.Connection, string, error) {
	type result struct {
		conn     httpstream.Connection
		protocol string
		err      error
	}
	dialed := make(chan result, 1)
	go func() {
		conn, protocol, err := pf.dialer.Dial(PortForwardProtocolV1Name)
		dialed <- result{conn, protocol, err}
	}()
	select {
	case r := <-dialed:
		return r.conn, r.protocol, r.err
	case <-pf.stopChan:
	}
	go func() {
		if r := <-dialed; r.err == nil {
			_ = r.conn.Close()
		}
	}()
	return nil, "", nil
}

func (pf *PortForwarder) nextRequestID() int {
	pf.mu.Lock()
	defer pf.mu.Unlock()
	id := pf.requestID
	pf.requestID++
	return id
}

// printf writes to a writer of the caller's, one line at a time. A writer may be nil.
func (pf *PortForwarder) printf(to io.Writer, format string, args ...any) {
	if to == nil {
		return
	}
	pf.mu.Lock()
	defer pf.mu.Unlock()
	fmt.Fprintf(to, format, args...)
}

// Close closes the local ports and their connections. ForwardPorts calls it when it ends.
func (pf *PortForwarder) Close() {
	pf.mu.Lock()
	defer pf.mu.Unlock()
	pf.closed = true
	for _, listener := range pf.listeners {
		_ = listener.Close()
	}
	for conn := range pf.local {
		_ = conn.Close()
	}
	pf.listeners = nil
}

// GetPorts returns the ports, with the local ports that were chosen for those that were zero. It fails if there is no channel Ready,
// or it is not closed yet.
func (pf *PortForwarder) GetPorts() ([]ForwardedPort, error) {
	if pf.Ready == nil {
		return nil, errors.New("no Ready channel provided")
	}
	select {
	case <-pf.Ready:
		return pf.ports, nil
	default:
		return nil, errors.New("listeners not ready")
	}
}
