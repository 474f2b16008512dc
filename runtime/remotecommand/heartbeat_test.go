package remotecommand

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	gwebsocket "github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/rest"
)

// serveRaw has a function talk with one executor over WebSocket, which pings every few milliseconds.
func serveRaw(t *testing.T, talk func(conn *gwebsocket.Conn)) *webSocketExecutor {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		upgrader := gwebsocket.Upgrader{Subprotocols: []string{remotecommand.StreamProtocolV5Name}}
		conn, err := upgrader.Upgrade(w, req, nil)
		if err != nil {
			return
		}
		defer conn.Close()
		talk(conn)
	}))
	t.Cleanup(server.Close)
	e, err := NewWebSocketExecutor(&rest.Config{Host: server.URL}, http.MethodGet, server.URL)
	require.NoError(t, err)
	own, ok := e.(*webSocketExecutor)
	require.True(t, ok)
	own.pingPeriod, own.pingTimeout = 5*time.Millisecond, 50*time.Millisecond
	return own
}

func TestASilentServerIsAnError(t *testing.T) {
	done := make(chan struct{})
	e := serveRaw(t, func(*gwebsocket.Conn) { <-done }) // it reads no pings, so it answers none
	err := e.StreamWithContext(t.Context(), StreamOptions{Stdout: io.Discard})
	close(done)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestAServerThatAnswersPingsIsNotSilent(t *testing.T) {
	e := serveRaw(t, func(conn *gwebsocket.Conn) {
		pings := 0
		answer := conn.PingHandler()
		conn.SetPingHandler(func(text string) error {
			if pings++; pings == 50 { // five times the timeout
				_ = conn.WriteMessage(gwebsocket.BinaryMessage, []byte{remotecommand.StreamStdOut, 'x'})
				goodbye := gwebsocket.FormatCloseMessage(gwebsocket.CloseNormalClosure, "")
				return conn.WriteControl(gwebsocket.CloseMessage, goodbye, time.Now().Add(time.Minute))
			}
			return answer(text)
		})
		_, _, _ = conn.ReadMessage()
	})
	e.pingTimeout = time.Minute // a slow machine is not silence
	var stdout bytes.Buffer
	require.NoError(t, e.StreamWithContext(t.Context(), StreamOptions{Stdout: &stdout}))
	assert.Equal(t, "x", stdout.String())
}

func TestASlowCallerIsNotASilentServer(t *testing.T) {
	e := serveRaw(t, func(conn *gwebsocket.Conn) {
		for _, message := range [][]byte{{remotecommand.StreamStdOut, 'a'}, {remotecommand.StreamStdOut, 'b'}} {
			_ = conn.WriteMessage(gwebsocket.BinaryMessage, message)
		}
		_ = conn.WriteMessage(gwebsocket.BinaryMessage, append([]byte{remotecommand.StreamErr}, `{"status":"Success"}`...))
		goodbye := gwebsocket.FormatCloseMessage(gwebsocket.CloseNormalClosure, "")
		_ = conn.WriteControl(gwebsocket.CloseMessage, goodbye, time.Now().Add(time.Minute))
		_, _, _ = conn.ReadMessage()
	})
	e.pingTimeout = time.Second
	var stdout bytes.Buffer
	err := e.StreamWithContext(t.Context(), StreamOptions{Stdout: writerFunc(func(p []byte) (int, error) {
		time.Sleep(2 * e.pingTimeout)
		return stdout.Write(p)
	})})
	require.NoError(t, err)
	assert.Equal(t, "ab", stdout.String())
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestAnAbruptEndIsAnError(t *testing.T) {
	e := serveRaw(t, func(conn *gwebsocket.Conn) {
		_ = conn.WriteMessage(gwebsocket.BinaryMessage, []byte{remotecommand.StreamStdOut, 'x'})
	})
	e.pingTimeout = time.Minute
	var stdout bytes.Buffer
	assert.Error(t, e.StreamWithContext(t.Context(), StreamOptions{Stdout: &stdout}))
}

func TestTextMessagesAreAnError(t *testing.T) {
	e := serveRaw(t, func(conn *gwebsocket.Conn) {
		_ = conn.WriteMessage(gwebsocket.TextMessage, []byte("hello"))
		_, _, _ = conn.ReadMessage()
	})
	e.pingTimeout = time.Minute
	assert.ErrorContains(t, e.StreamWithContext(t.Context(), StreamOptions{Stdout: io.Discard}), "unexpected message type")
}
