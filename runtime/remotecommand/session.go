package remotecommand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"
)

// version is a version of the protocol that both sides speak.
type version int

// versionOf returns the version with the given name. A server that names none speaks the first.
func versionOf(name string) (version, error) {
	switch name {
	case "", remotecommand.StreamProtocolV1Name:
		return 1, nil
	case remotecommand.StreamProtocolV2Name:
		return 2, nil
	case remotecommand.StreamProtocolV3Name:
		return 3, nil
	case remotecommand.StreamProtocolV4Name:
		return 4, nil
	case remotecommand.StreamProtocolV5Name:
		return 5, nil
	default:
		return 0, fmt.Errorf("the server has chosen protocol %q, which the client does not know", name)
	}
}

func (v version) closesStdin() bool { return v >= 2 }
func (v version) resizes() bool     { return v >= 3 }
func (v version) hasStatus() bool   { return v >= 4 }

// remoteStream is one of the streams of a connection. Close ends what this side sends.
type remoteStream interface {
	io.ReadWriteCloser
	// Reset ends both directions.
	Reset() error
}

// connection is what a session runs over.
type connection interface {
	// open opens the stream of a kind. All streams are opened before start.
	open(kind string) (remoteStream, error)
	// start begins to receive.
	start()
	// close ends the connection in an orderly way, abort does it without waiting. Reads and writes of its streams then end.
	close()
	abort()
	// lost is the error of a command whose server said nothing about its end; nil if that is fine.
	lost() error
}

// errLost is the error of a command whose connection ended before the server said how it ended.
var errLost = fmt.Errorf("the connection ended before the status of the command was received: %w", io.ErrUnexpectedEOF)

// session is the run of one command.
type session struct {
	conn    connection
	version version
	options StreamOptions

	// stopped is set before run returns: from then on no call of the caller's readers and writers begins.
	stopped atomic.Bool
}

// streams are the open streams of a session. Those that the options do not want are nil.
type streams struct{ errors, stdin, stdout, stderr, resize remoteStream }

// grace is how long a session whose context has ended waits for calls of the caller's writers. Most end at once, and nobody
// writes to a buffer any more when run has returned.
const grace = time.Second

// run runs the command. It closes the connection.
func (s *session) run(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { done <- s.converse() }()
	select {
	case err := <-done:
		s.stopped.Store(true)
		s.conn.close()
		return err
	case <-ctx.Done():
	}
	s.stopped.Store(true)
	s.conn.abort()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-done: //nolint:errcheck // the end of the context says more
	case <-timer.C:
	}
	return ctx.Err()
}

// open opens the streams. The server waits for all of them before it begins, so none is written to before.
func (s *session) open() (open streams, err error) {
	o := s.options
	for _, row := range []struct {
		wanted bool
		kind   string
		stream *remoteStream
	}{
		{true, corev1.StreamTypeError, &open.errors},
		{o.Stdin != nil, corev1.StreamTypeStdin, &open.stdin},
		{o.Stdout != nil, corev1.StreamTypeStdout, &open.stdout},
		{o.Stderr != nil && !o.Tty, corev1.StreamTypeStderr, &open.stderr},
		{o.Tty && s.version.resizes(), corev1.StreamTypeResize, &open.resize},
	} {
		if !row.wanted {
			continue
		}
		if *row.stream, err = s.conn.open(row.kind); err != nil {
			return open, fmt.Errorf("open the %s stream: %w", row.kind, err)
		}
	}
	return open, nil
}

// converse copies the streams, and returns how the command has ended.
func (s *session) converse() error {
	open, err := s.open()
	if err != nil {
		return err
	}
	s.conn.start()
	status := make(chan error, 1)
	go func() { status <- s.readStatus(open.errors) }()
	if open.resize != nil && s.options.TerminalSizeQueue != nil {
		go s.resize(open.resize)
	}
	var stdin reader
	if open.stdin != nil {
		stdin.reader = s.options.Stdin
		go s.copyStdin(open.stdin, &stdin)
	}
	outputs := make(chan error, 2)
	count := 0
	for _, output := range []struct {
		to   io.Writer
		from remoteStream
		name string
	}{{s.options.Stdout, open.stdout, "stdout"}, {s.options.Stderr, open.stderr, "stderr"}} {
		if output.from != nil {
			count++
			go func() { outputs <- s.copyOutput(output.to, output.from, output.name) }()
		}
	}
	return s.wait(outputs, count, status, &stdin)
}

// wait waits for the outputs and the status.
func (s *session) wait(outputs <-chan error, count int, status <-chan error, stdin *reader) error {
	if s.version == 1 && count > 0 {
		return waitFirst(outputs, count, status)
	}
	var failed error
	for range count {
		failed = errors.Join(failed, <-outputs)
	}
	if err := <-status; err != nil {
		return err
	}
	return errors.Join(failed, stdin.failure())
}

// waitFirst waits as the first version of the protocol wants it: the stream of errors does not end if there is none, so the end
// of the outputs is the end; an error ends the command at once.
func waitFirst(outputs <-chan error, count int, status <-chan error) error {
	var failed error
	for count > 0 {
		select {
		case err := <-status:
			if err != nil {
				return err
			}
			status = nil
		case err := <-outputs:
			failed = errors.Join(failed, err)
			count--
		}
	}
	return failed
}

// readStatus returns what the server says of the command's end.
func (s *session) readStatus(from io.Reader) error {
	message, err := io.ReadAll(from)
	switch {
	case err != nil:
		return fmt.Errorf("error reading from error stream: %w", err)
	case len(message) == 0 && s.version.hasStatus():
		return s.conn.lost()
	case len(message) == 0:
		return nil
	case s.version.hasStatus():
		return decodeStatus(message)
	default:
		return fmt.Errorf("error executing remote command: %s", message)
	}
}

// copyStdin copies the caller's input, and ends the command's input with it. Errors of writing are no errors of the command,
// which need not read all of its input.
func (s *session) copyStdin(to remoteStream, from *reader) {
	go func() {
		_, _ = io.Copy(io.Discard, to) // until the server ends the stream: it waits for this side to do the same
		if s.version.closesStdin() {
			_ = to.Close()
		}
	}()
	from.running = s.running
	_, _ = io.Copy(to, from)
	if s.version.closesStdin() {
		_ = to.Close()
	}
}

// running reports whether the session has not ended.
func (s *session) running() bool { return !s.stopped.Load() }

// reader hides other methods of the caller's reader, which would write all it has at once, and notes its error.
type reader struct {
	reader  io.Reader
	running func() bool
	mu      sync.Mutex
	failed  error
}

func (r *reader) Read(p []byte) (int, error) {
	if !r.running() {
		return 0, io.EOF
	}
	n, err := r.reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.failed = fmt.Errorf("read stdin: %w", err)
	}
	return n, err
}

// failure returns the error of the caller's reader.
func (r *reader) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// copyOutput copies an output to the caller's writer. It reads to the end in any case: what nobody reads stops the other streams
// of the connection. An error of reading is that of the connection, which the stream of errors tells, too.
func (s *session) copyOutput(to io.Writer, from io.Reader, name string) error {
	w := &writer{session: s, writer: to}
	_, _ = io.Copy(w, from)
	if w.failed == nil {
		return nil
	}
	_, _ = io.Copy(io.Discard, from)
	return fmt.Errorf("write %s: %w", name, w.failed)
}

// writer writes to the caller's writer while the session lasts.
type writer struct {
	session *session
	writer  io.Writer
	failed  error
}

func (w *writer) Write(p []byte) (int, error) {
	if !w.session.running() {
		return 0, io.ErrClosedPipe
	}
	n, err := w.writer.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	w.failed = err
	return n, err
}

// resize tells the server the sizes of the terminal.
func (s *session) resize(to io.Writer) {
	encoder := json.NewEncoder(to)
	for s.running() {
		size := s.options.TerminalSizeQueue.Next()
		if size == nil || encoder.Encode(size) != nil {
			return
		}
	}
}
