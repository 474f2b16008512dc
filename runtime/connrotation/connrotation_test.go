package connrotation

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func pipes(open *[]net.Conn) DialFunc {
	return func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		*open = append(*open, there)
		return here, nil
	}
}

func isClosed(conn net.Conn) bool {
	_, err := conn.Write([]byte{1})
	return err != nil
}

func TestCloseAll(t *testing.T) {
	var open []net.Conn
	dialer := NewDialer(pipes(&open))
	for range 2 { // it can be used again
		first, err := dialer.Dial("tcp", "here")
		require.NoError(t, err)
		second, err := dialer.DialContext(t.Context(), "tcp", "here")
		require.NoError(t, err)
		assert.Len(t, dialer.conns, 2)
		dialer.CloseAll()
		assert.Empty(t, dialer.conns)
		assert.True(t, isClosed(first))
		assert.True(t, isClosed(second))
		require.NoError(t, first.Close(), "a second time does nothing")
	}
	for _, there := range open {
		assert.True(t, isClosed(there))
	}
}

func TestClosedConnectionsAreForgotten(t *testing.T) {
	var open []net.Conn
	tracker := NewConnectionTracker()
	first, err := NewDialerWithTracker(pipes(&open), tracker).Dial("tcp", "here")
	require.NoError(t, err)
	second, err := NewDialerWithTracker(pipes(&open), tracker).Dial("tcp", "there")
	require.NoError(t, err)
	assert.Len(t, tracker.conns, 2)
	require.NoError(t, first.Close())
	assert.Len(t, tracker.conns, 1)
	require.NoError(t, second.Close())
	assert.Empty(t, tracker.conns)
}

func TestFailedDial(t *testing.T) {
	refused := errors.New("refused")
	dialer := NewDialer(func(context.Context, string, string) (net.Conn, error) { return nil, refused })
	_, err := dialer.Dial("tcp", "here")
	require.ErrorIs(t, err, refused)
	assert.Empty(t, dialer.conns)
}

func TestDialsByItself(t *testing.T) {
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	dialer := NewDialerWithTracker(nil, nil)
	conn, err := dialer.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	dialer.CloseAll()
	assert.True(t, isClosed(conn))
}
