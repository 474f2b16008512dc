package remotecommand

import (
	"context"
	"io"
)

// StreamOptions are the streams of a command. A stream that is nil is not opened; the URL of the request must ask for the same
// streams.
type StreamOptions struct {
	// Stdin is copied to the command. When it ends, the command's input ends (from version 2 of the protocol). If reading it
	// fails, so does the call.
	Stdin io.Reader
	// Stdout and Stderr get the output. If writing fails, the rest of the output is dropped, and the call returns the error
	// when the command has ended without another.
	Stdout io.Writer
	Stderr io.Writer
	// Tty says that the command has a terminal. Stderr has no effect then: a terminal has one output.
	Tty bool
	// TerminalSizeQueue tells sizes of the terminal (from version 3 of the protocol).
	TerminalSizeQueue TerminalSizeQueue
}

// Executor runs one command with each call. Its methods are safe for concurrent use.
type Executor interface {
	// Stream is StreamWithContext with a context that does not end.
	//
	// Deprecated: use StreamWithContext.
	Stream(options StreamOptions) error
	// StreamWithContext runs the command, and returns when it has ended and all of its output has been written. If ctx ends
	// first, it closes the connection and returns the error of ctx; what becomes of the command is up to the server.
	//
	// When it has returned, no Read or Write of the options' streams begins. A call of Read, Write or Next that was waiting goes
	// on, in a goroutine that ends with it.
	StreamWithContext(ctx context.Context, options StreamOptions) error
}

// TerminalSize is a size of a terminal, in characters.
type TerminalSize struct {
	Width  uint16
	Height uint16
}

// TerminalSizeQueue tells the sizes that a terminal gets.
type TerminalSizeQueue interface {
	// Next waits for the next size. It returns nil if there is none any more.
	Next() *TerminalSize
}
