package kubelet

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/httpstream/spdy"
	"k8s.io/apimachinery/pkg/util/httpstream/wsstream"
	"k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/klog/v2"
)

// runner runs a session.
type runner func(ctx context.Context, s *Session) error

// goodbye is how long the server waits for the client to end the connection.
const goodbye = time.Second

// streams are the streams of a session, as the server has them.
type streams struct {
	stdin, resize          io.Reader
	stdout, stderr, errors io.Writer
	// status says whether the protocol has a status, not only a message.
	status bool
}

// serveSession switches the connection to what the client asks for, and runs a session over it.
func serveSession(w http.ResponseWriter, req *http.Request, run runner) error {
	o := readOptions(req)
	if !o.stdin && !o.stdout && !o.stderr {
		return apierrors.NewBadRequest("you must specify at least 1 of stdin, stdout, stderr")
	}
	if !httpstream.IsUpgradeRequest(req) {
		return apierrors.NewBadRequest("upgrade request required")
	}
	w, ok := hijackable(w)
	if !ok {
		return apierrors.NewBadRequest("the connection of this request cannot be switched to another protocol")
	}
	if wsstream.IsWebSocketRequest(req) {
		serveWebSocket(w, req, o, run)
	} else {
		serveSPDY(w, req, o, run)
	}
	return nil
}

// hijackable returns the writer below w that hands over the connection.
func hijackable(w http.ResponseWriter) (http.ResponseWriter, bool) {
	for {
		if _, ok := w.(http.Hijacker); ok {
			return w, true
		}
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil, false
		}
		w = wrapper.Unwrap()
	}
}

// converse runs a session over streams, and tells the client how it ended.
func converse(ctx context.Context, req *http.Request, o options, s streams, run runner) {
	session := &Session{Command: req.URL.Query()["command"], TTY: o.tty}
	if o.stdin {
		session.Stdin = s.stdin
	}
	if o.stdout {
		session.Stdout = s.stdout
	}
	if o.stderr {
		session.Stderr = s.stderr
	}
	sizes := make(chan Size)
	session.Resize = sizes
	go readSizes(ctx, s.resize, sizes)
	err := run(ctx, session)
	switch {
	case s.status:
		message, _ := json.Marshal(statusOf(err))
		_, _ = s.errors.Write(message)
	case err != nil:
		_, _ = io.WriteString(s.errors, err.Error())
	}
}

// readSizes reads the sizes of the client's terminal.
func readSizes(ctx context.Context, from io.Reader, to chan<- Size) {
	defer close(to)
	if from == nil {
		return
	}
	decoder := json.NewDecoder(from)
	for {
		var size Size
		if decoder.Decode(&size) != nil {
			return
		}
		select {
		case to <- size:
		case <-ctx.Done():
			return
		}
	}
}

// serveWebSocket runs a session over WebSocket.
func serveWebSocket(w http.ResponseWriter, req *http.Request, o options, run runner) {
	channels := []wsstream.ChannelType{
		remotecommand.StreamStdIn: wsstream.ReadChannel, remotecommand.StreamStdOut: wsstream.WriteChannel,
		remotecommand.StreamStdErr: wsstream.WriteChannel, remotecommand.StreamErr: wsstream.WriteChannel,
		remotecommand.StreamResize: wsstream.ReadChannel,
	}
	protocols := map[string]wsstream.ChannelProtocolConfig{}
	for _, name := range []string{
		"", remotecommand.StreamProtocolV1Name, remotecommand.StreamProtocolV4Name, remotecommand.StreamProtocolV5Name,
	} {
		protocols[name] = wsstream.ChannelProtocolConfig{Binary: true, Channels: channels}
	}
	conn := wsstream.NewConn(protocols)
	// wsstream logs as an error that a connection ends, which is what connections of tests do.
	req = req.WithContext(klog.NewContext(req.Context(), logr.Discard()))
	protocol, opened, err := conn.Open(w, req)
	if err != nil {
		return // it has been answered
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	converse(ctx, req, o, streams{
		stdin: opened[remotecommand.StreamStdIn], stdout: opened[remotecommand.StreamStdOut],
		resize: &untilEnd{reader: opened[remotecommand.StreamResize], ended: cancel}, // clients do not end it before the connection
		stderr: opened[remotecommand.StreamStdErr], errors: opened[remotecommand.StreamErr],
		status: protocol == remotecommand.StreamProtocolV4Name || protocol == remotecommand.StreamProtocolV5Name,
	}, run)
	_ = conn.Close()
}

// untilEnd is a reader that tells its end.
type untilEnd struct {
	reader io.Reader
	ended  func()
}

func (u *untilEnd) Read(p []byte) (int, error) {
	n, err := u.reader.Read(p)
	if err != nil {
		u.ended()
	}
	return n, err
}

// serveSPDY runs a session over SPDY.
func serveSPDY(w http.ResponseWriter, req *http.Request, o options, run runner) {
	protocol, err := httpstream.Handshake(req, w, remotecommand.SupportedStreamingProtocols)
	if err != nil {
		return // it has been answered
	}
	opened := make(chan httpstream.Stream, 5)
	conn := spdy.NewResponseUpgrader().UpgradeResponse(w, req, func(stream httpstream.Stream, _ <-chan struct{}) error {
		select {
		case opened <- stream:
			return nil
		default:
			return errors.New("too many streams")
		}
	})
	if conn == nil {
		return
	}
	ctx, cancel := context.WithCancel(req.Context())
	defer cancel()
	defer conn.Close() //nolint:errcheck // the client may have gone
	go func() {
		select {
		case <-conn.CloseChan():
			cancel()
		case <-ctx.Done():
			_ = conn.Close()
		}
	}()
	byKind, ok := collect(ctx, opened, o, protocol)
	if !ok {
		return
	}
	s := streams{status: protocol == remotecommand.StreamProtocolV4Name}
	if in := byKind[corev1.StreamTypeStdin]; in != nil {
		s.stdin = in
	}
	if resize := byKind[corev1.StreamTypeResize]; resize != nil {
		s.resize = resize
	}
	s.stdout, s.stderr, s.errors = byKind[corev1.StreamTypeStdout], byKind[corev1.StreamTypeStderr], byKind[corev1.StreamTypeError]
	converse(ctx, req, o, s, run)
	for _, stream := range byKind {
		_ = stream.Close()
	}
	// The client ends the connection when it has read everything.
	select {
	case <-conn.CloseChan():
	case <-ctx.Done():
	case <-time.After(goodbye):
	}
}

// collect waits for the streams that a client has to open, by their kinds.
func collect(ctx context.Context, opened <-chan httpstream.Stream, o options, protocol string) (map[string]httpstream.Stream, bool) {
	wanted := 1
	resizes := protocol == remotecommand.StreamProtocolV3Name || protocol == remotecommand.StreamProtocolV4Name
	for _, each := range []bool{o.stdin, o.stdout, o.stderr, o.tty && resizes} {
		if each {
			wanted++
		}
	}
	byKind := map[string]httpstream.Stream{}
	timer := time.NewTimer(streamTimeout)
	defer timer.Stop()
	for len(byKind) < wanted {
		select {
		case stream := <-opened:
			byKind[stream.Headers().Get(corev1.StreamType)] = stream
		case <-ctx.Done():
			return nil, false
		case <-timer.C:
			return nil, false
		}
	}
	return byKind, byKind[corev1.StreamTypeError] != nil && !slices.Contains([]bool{
		o.stdin && byKind[corev1.StreamTypeStdin] == nil, o.stdout && byKind[corev1.StreamTypeStdout] == nil,
		o.stderr && byKind[corev1.StreamTypeStderr] == nil,
	}, true)
}
