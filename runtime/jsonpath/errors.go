package jsonpath

import (
	"fmt"
	"unicode/utf8"
)

// excerpt is how much of a template an error quotes, in bytes.
const excerpt = 24

// Error says what is wrong with a template, or with what it finds in an object, and where in the template.
type Error struct {
	Template string
	Offset   int // in bytes
	Message  string
	Err      error // what caused it, if anything
}

// Error returns the message and quotes the place.
func (e *Error) Error() string {
	if e.Offset >= len(e.Template) {
		return fmt.Sprintf("%s (at the end of the template)", e.Message)
	}
	rest := e.Template[e.Offset:]
	if len(rest) > excerpt {
		end := excerpt
		for end > 0 && !utf8.RuneStart(rest[end]) {
			end--
		}
		rest = rest[:end] + "…"
	}
	return fmt.Sprintf("%s (at byte %d: %s)", e.Message, e.Offset, rest)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
