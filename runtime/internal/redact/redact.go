// Package redact decides what of a value may be shown to people: in logs, errors, dumps and metrics. Everything of the
// runtime that prints what may be secret asks it.
//
//   - Passwords, tokens and keys become [Text]; so does what other programs keep in a kubeconfig, and what a program is
//     given (arguments, environment), because nobody knows what it is. What is empty stays empty, which is no secret.
//   - Certificates become [Truncated]: they are public, and long.
//   - URLs lose passwords, user names without a password (they are tokens), and the values of query parameters that the
//     Kubernetes API does not know.
//   - Headers keep their values only if the header is known to hold no secret.
//
// A type that holds secrets has a method String that goes by these rules, and methods for those that ask no String
// method, as verbs such as %d:
//
//	func (c *T) String() string { return redact.Struct(c) }
//	func (c *T) GoString() string { return c.String() }
//	func (c T) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }
//	func (c T) MarshalLog() any { return c.String() }
//
// Format and MarshalLog, for loggers, are methods of the value, so that they are found for values and pointers; fmt and
// loggers know nil pointers. MarshalLog is not needed where no field is exported. The others are methods of the pointer,
// because a method of the value panics if it is called on a nil pointer. They have to be methods of the value where
// client-go's are, and for types whose JSON is complete, as that of kubeconfigs: loggers write a value without a String method
// as JSON.
//
// Types that are not exported embed [Opaque], and keep secrets that somebody may reach by the value in a [Secret].
//
// What cannot be helped: %p and %w of a struct print its fields whatever methods it has, and so does every verb where a
// program keeps the struct in a field that is not exported, because fmt asks no methods there. go vet reports the former.
package redact

import (
	"fmt"
	"io"
)

const (
	// Text stands for a secret.
	Text = "--- REDACTED ---"
	// Nil stands for a nil pointer, as in fmt.
	Nil = "<nil>"
	// Truncated stands for a certificate.
	Truncated = "--- TRUNCATED ---"
)

// Hide is Text for a secret that is there.
func Hide[S ~string | ~[]byte](secret S) S { return replace(secret, Text) }

// Shorten is Truncated for a certificate that is there.
func Shorten[S ~string | ~[]byte](certificate S) S { return replace(certificate, Truncated) }

func replace[S ~string | ~[]byte](value S, by string) S {
	if len(value) == 0 {
		return value
	}
	return S(by)
}

// Format prints text, whatever the verb.
func Format(f fmt.State, verb rune, text string) {
	switch verb {
	case 'q', 'x', 'X':
		fmt.Fprintf(f, fmt.FormatString(f, verb), text)
	default:
		_, _ = io.WriteString(f, text)
	}
}

// Secret holds a value that no verb of fmt, encoder or logger shows: they see an address at most. The zero value holds the
// zero value of T.
type Secret[T any] struct {
	Opaque

	reveal func() T // a function, because fmt follows pointers for verbs that it takes for mistakes
}

// NewSecret returns a Secret that holds value.
func NewSecret[T any](value T) Secret[T] { return Secret[T]{reveal: func() T { return value }} }

// Reveal returns the value.
func (s Secret[T]) Reveal() T {
	if s.reveal == nil {
		var zero T
		return zero
	}
	return s.reveal()
}

// Opaque has every verb, encoder and logger show Text in place of the type that embeds it, which is not an exported one.
type Opaque struct{}

// String is Text.
func (Opaque) String() string { return Text }

// GoString is Text.
func (Opaque) GoString() string { return Text }

// Format prints Text, whatever the verb.
func (Opaque) Format(f fmt.State, verb rune) { Format(f, verb, Text) }

// MarshalText returns Text.
func (Opaque) MarshalText() ([]byte, error) { return []byte(Text), nil }
