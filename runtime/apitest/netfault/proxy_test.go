package netfault_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/typewright/typewright/runtime/apitest/netfault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo starts a proxy before a server that sends back what it gets, and returns a connection through it.
func echo(t *testing.T) (*netfault.Proxy, func() *net.TCPConn) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	proxy, err := netfault.New(listener.Addr().String())
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	return proxy, func() *net.TCPConn {
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", proxy.Addr())
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close() })
		return conn.(*net.TCPConn)
	}
}

// exchange sends a line and returns what comes back within 100 ms.
func exchange(conn net.Conn, line string) (string, error) {
	fmt.Fprintln(conn, line)
	return receive(conn)
}

func receive(conn net.Conn) (string, error) {
	_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	return bufio.NewReader(conn).ReadString('\n')
}

func TestProxy(t *testing.T) {
	proxy, dial := echo(t)
	conn := dial()
	answer, err := exchange(conn, "hello")
	require.NoError(t, err)
	assert.Equal(t, "hello\n", answer)

	proxy.BlackHole(true)
	proxy.BlackHole(true)
	_, err = exchange(conn, "held")
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	proxy.BlackHole(false)
	answer, err = receive(conn)
	require.NoError(t, err)
	assert.Equal(t, "held\n", answer, "the line arrives after the black hole ends")

	proxy.SetDelay(50 * time.Millisecond)
	begun := time.Now()
	_, err = receive(conn)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	_ = conn.SetReadDeadline(time.Time{})
	fmt.Fprintln(conn, "late")
	_, err = bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begun), 100*time.Millisecond, "one delay each way")
	proxy.SetDelay(0)

	proxy.Garble(1)
	answer, err = exchange(conn, "hello")
	require.NoError(t, err)
	assert.Equal(t, "\x97ello\n", answer)

	proxy.HalfClose()
	_, err = receive(conn)
	require.ErrorIs(t, err, io.EOF)
	require.NoError(t, conn.Close())

	conn = dial()
	_, err = exchange(conn, "again")
	require.NoError(t, err)
	proxy.Reset()
	_, err = receive(conn)
	require.ErrorIs(t, err, syscall.ECONNRESET)

	proxy.Refuse(true)
	refused(t, proxy)
	proxy.Refuse(false)
	_, err = exchange(dial(), "at last")
	require.NoError(t, err)
	assert.Equal(t, 1, proxy.Connections())
}

func TestAProxyBeforeNothing(t *testing.T) {
	proxy, err := netfault.New("127.0.0.1:1")
	require.NoError(t, err)
	defer proxy.Close()
	refused(t, proxy)
}

// refused expects a reset, which may come before the connection is made.
func refused(t *testing.T, proxy *netfault.Proxy) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", proxy.Addr())
	if err == nil {
		defer conn.Close()
		_, err = receive(conn)
	}
	require.ErrorIs(t, err, syscall.ECONNRESET)
}
