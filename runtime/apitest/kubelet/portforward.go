package kubelet

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"

	gwebsocket "github.com/gorilla/websocket"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"
	"k8s.io/apimachinery/pkg/util/httpstream/wsstream"
	constants "k8s.io/apimachinery/pkg/util/portforward"

	"github.com/typewright/typewright/runtime/portforward"
)

// ServePortForward answers a request to forward ports of a pod. An error means that nothing has been answered yet.
func (k *Kubelet) ServePortForward(w http.ResponseWriter, req *http.Request, pod Pod) error {
	if k.PortForward == nil {
		return refused("port-forward")
	}
	if !httpstream.IsUpgradeRequest(req) {
		return apierrors.NewBadRequest("upgrade request required")
	}
	w, ok := hijackable(w)
	if !ok {
		return apierrors.NewBadRequest("the connection of this request cannot be switched to another protocol")
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	f := &forwarder{kubelet: k, ctx: ctx, pod: pod, pairs: map[string]*pair{}}
	conn := f.open(w, req)
	if conn == nil {
		return nil // it has been answered
	}
	select {
	case <-conn.CloseChan():
	case <-ctx.Done():
	}
	cancel()
	_ = conn.Close()
	f.running.Wait()
	return nil
}

// forwarder serves the streams of one connection.
type forwarder struct {
	kubelet *Kubelet
	ctx     context.Context
	pod     Pod

	mu      sync.Mutex
	pairs   map[string]*pair // by the id that the client gives each of its connections
	running sync.WaitGroup
}

// pair are the streams of one of the client's connections.
type pair struct{ data, errors httpstream.Stream }

// open switches the connection to SPDY, or to SPDY in a WebSocket.
func (f *forwarder) open(w http.ResponseWriter, req *http.Request) httpstream.Connection {
	if !wsstream.IsWebSocketRequest(req) {
		if _, err := httpstream.Handshake(req, w, []string{constants.PortForwardV1Name}); err != nil {
			return nil
		}
		return spdy.NewResponseUpgrader().UpgradeResponse(w, req, f.add)
	}
	if !wsstream.IsWebSocketRequestWithTunnelingProtocol(req) {
		http.Error(w, "only SPDY is tunnelled in WebSockets here", http.StatusForbidden)
		return nil
	}
	upgrader := gwebsocket.Upgrader{
		Subprotocols: []string{constants.WebsocketsSPDYTunnelingPortForwardV1}, CheckOrigin: func(*http.Request) bool { return true },
	}
	ws, err := upgrader.Upgrade(w, req, nil)
	if err != nil {
		return nil
	}
	conn, err := spdy.NewServerConnection(portforward.NewTunnelingConnection("server", ws), f.add)
	if err != nil {
		return nil
	}
	return conn
}

// add serves a connection when both of its streams are there.
func (f *forwarder) add(stream httpstream.Stream, replied <-chan struct{}) error {
	port, err := strconv.ParseUint(stream.Headers().Get(corev1.PortHeader), 10, 16)
	if err != nil || port == 0 {
		return fmt.Errorf("%q is not a port", stream.Headers().Get(corev1.PortHeader))
	}
	id := stream.Headers().Get(corev1.PortForwardRequestIDHeader)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pairs[id] == nil {
		f.pairs[id] = &pair{}
	}
	p := f.pairs[id]
	switch kind := stream.Headers().Get(corev1.StreamType); kind {
	case corev1.StreamTypeData:
		p.data = stream
	case corev1.StreamTypeError:
		p.errors = stream
	default:
		return fmt.Errorf("%q is no kind of stream", kind)
	}
	if p.data == nil || p.errors == nil {
		return nil
	}
	delete(f.pairs, id)
	f.running.Go(func() {
		<-replied
		f.serve(p, uint16(port)) //nolint:gosec // parsed as 16 bits
	})
	return nil
}

func (f *forwarder) serve(p *pair, port uint16) {
	if err := f.kubelet.PortForward(f.ctx, f.pod, port, p.data); err != nil {
		_, _ = io.WriteString(p.errors, err.Error())
	}
	_ = p.errors.Close()
	_ = p.data.Close()
}
