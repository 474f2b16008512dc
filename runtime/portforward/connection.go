package portforward

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"
	"k8s.io/apimachinery/pkg/util/runtime"
)

// handleConnection forwards one connection, which it closes: data over one stream, and what the pod's side says of a failure over
// another.
func (pf *PortForwarder) handleConnection(conn net.Conn, port ForwardedPort) {
	defer conn.Close() //nolint:errcheck // nobody could mend it
	pf.printf(pf.out, "Handling connection for %d\n", port.Local)
	errorStream, data, err := pf.openStreams(port)
	if err != nil {
		pf.report(err, "Error creating streams", port)
		return
	}
	defer pf.streamConn.RemoveStreams(errorStream, data)
	reported := make(chan error, 1)
	go func() { reported <- readFailure(errorStream) }()

	pf.exchange(conn, data, port)
	// What was not sent must not keep the stream of errors waiting.
	_ = data.Reset()
	if err := <-reported; err != nil {
		pf.report(err, "An error occurred forwarding", port)
		_ = pf.streamConn.Close()
	}
}

// openStreams opens the streams of a connection.
func (pf *PortForwarder) openStreams(port ForwardedPort) (errorStream, data httpstream.Stream, err error) {
	headers := http.Header{}
	headers.Set(corev1.StreamType, corev1.StreamTypeError)
	headers.Set(corev1.PortHeader, strconv.Itoa(int(port.Remote)))
	headers.Set(corev1.PortForwardRequestIDHeader, strconv.Itoa(pf.nextRequestID()))
	if errorStream, err = pf.streamConn.CreateStream(headers); err != nil {
		return nil, nil, fmt.Errorf("create the error stream: %w", err)
	}
	_ = errorStream.Close() // nothing is sent over it
	headers = headers.Clone()
	headers.Set(corev1.StreamType, corev1.StreamTypeData)
	if data, err = pf.streamConn.CreateStream(headers); err != nil {
		_ = errorStream.Reset()
		pf.streamConn.RemoveStreams(errorStream)
		return nil, nil, fmt.Errorf("create the data stream: %w", err)
	}
	return errorStream, data, nil
}

// readFailure returns what the pod's side says of a failure.
func readFailure(from io.Reader) error {
	message, err := io.ReadAll(from)
	switch {
	case err != nil:
		return fmt.Errorf("read the error stream: %w", err)
	case len(message) > 0:
		return errors.New(string(message))
	default:
		return nil
	}
}

// exchange copies both ways until the pod's side has sent all, or the local side has failed.
func (pf *PortForwarder) exchange(conn net.Conn, data httpstream.Stream, port ForwardedPort) {
	remoteDone, localFailed, sent := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(remoteDone)
		if _, err := io.Copy(conn, data); err != nil && !errors.Is(err, net.ErrClosed) {
			pf.report(err, "Error copying from remote stream to local connection", port)
		}
	}()
	go func() {
		defer close(sent)
		defer data.Close() //nolint:errcheck // the connection may have ended
		if _, err := io.Copy(data, conn); err != nil && !errors.Is(err, net.ErrClosed) {
			pf.report(err, "Error copying from local connection to remote stream", port)
			close(localFailed)
		}
	}()
	select {
	case <-remoteDone:
	case <-localFailed:
	}
	// Both copies end now: nothing is left that writes to the connection or the stream.
	_ = conn.Close()
	_ = data.Reset()
	<-remoteDone
	<-sent
}

// report tells the errors of one connection.
func (pf *PortForwarder) report(err error, message string, port ForwardedPort) {
	runtime.HandleErrorWithLogger(pf.logger, err, message, "localPort", port.Local, "remotePort", port.Remote)
}
