// Package exec has the error for a command that ended with an exit code. It has the names of client-go's util/exec.
package exec

// ExitError is the error of a command that did not succeed, with methods like those of os/exec.ExitError.
type ExitError interface {
	String() string
	Error() string
	// Exited reports whether the command has ended.
	Exited() bool
	// ExitStatus is the command's exit code.
	ExitStatus() int
}

// CodeExitError is an ExitError with the exit code of a command.
type CodeExitError struct {
	Err  error
	Code int
}

var _ ExitError = CodeExitError{}

// Error returns the message of Err.
func (e CodeExitError) Error() string { return e.Err.Error() }

// String is Error.
func (e CodeExitError) String() string { return e.Err.Error() }

// Exited is true: a command that did not end has no code.
func (CodeExitError) Exited() bool { return true }

// ExitStatus returns Code.
func (e CodeExitError) ExitStatus() int { return e.Code }

// Unwrap returns Err.
func (e CodeExitError) Unwrap() error { return e.Err }
