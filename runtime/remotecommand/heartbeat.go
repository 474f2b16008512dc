package remotecommand

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	gwebsocket "github.com/gorilla/websocket"
)

// heartbeat pings the server, and closes the connection if it is silent for too long. The time in which this side waits, for the
// caller to take data or for the server to take data, does not count: a slow reader is not dead, and a dead server is found by
// the probes of TCP.
type heartbeat struct {
	conn            *gwebsocket.Conn
	period, timeout time.Duration
	over            <-chan struct{}

	last    atomic.Int64 // when the server was heard, in nanoseconds
	waiting atomic.Int32 // how many wait for the caller or for the server to take data
	silent  atomic.Bool  // the connection was closed because of silence
	buffer  []byte       // for copy, of which there is one at a time
}

// begin starts the heartbeat. It ends with the connection.
func (h *heartbeat) begin() {
	h.heard()
	h.conn.SetPongHandler(func(string) error {
		h.heard()
		return nil
	})
	go h.run()
	go h.watch()
}

func (h *heartbeat) heard() { h.last.Store(time.Now().UnixNano()) }

// run sends pings. A ping waits for as long as the server takes no data.
func (h *heartbeat) run() {
	ticker := time.NewTicker(h.period)
	defer ticker.Stop()
	for {
		select {
		case <-h.over:
			return
		case <-ticker.C:
		}
		if h.write(func() error { return h.conn.WriteControl(gwebsocket.PingMessage, nil, time.Time{}) }) != nil {
			return
		}
	}
}

// watch closes the connection after silence.
func (h *heartbeat) watch() {
	ticker := time.NewTicker(min(h.period, h.timeout))
	defer ticker.Stop()
	for {
		select {
		case <-h.over:
			return
		case <-ticker.C:
		}
		switch {
		case h.waiting.Load() > 0:
			h.heard()
		case time.Since(time.Unix(0, h.last.Load())) > h.timeout:
			h.silent.Store(true)
			_ = h.conn.Close()
			return
		}
	}
}

// write calls a function that waits for the server to take data.
func (h *heartbeat) write(send func() error) error {
	h.waiting.Add(1)
	defer h.waiting.Add(-1)
	return send()
}

// copy copies a message to a stream, whose reader is the caller's matter: if it has gone, the message is dropped.
func (h *heartbeat) copy(to io.Writer, message io.Reader) error {
	for {
		n, err := message.Read(h.buffer)
		if n > 0 {
			h.heard()
			if h.write(func() error { _, err := to.Write(h.buffer[:n]); return err }) != nil {
				return nil //nolint:nilerr // the reader has gone
			}
			h.heard()
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read message: %w", err)
		}
	}
}

// explain returns err, or that the server was silent if that is why the connection was closed.
func (h *heartbeat) explain(err error) error {
	if h.silent.Load() {
		return fmt.Errorf("the server has not answered pings for %v: %w", h.timeout, os.ErrDeadlineExceeded)
	}
	return fmt.Errorf("next reader: %w", err)
}
