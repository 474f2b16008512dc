// Package unreadable marks the errors of answers that could not be decoded, so that caches can tell them from others:
// decoders' errors are of many types, or of none.
package unreadable

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Mark returns err with a method DecodeError() bool, which caches know such errors by. A Status that came in place of the
// answer says itself what it is and is returned as it is, as nil is.
func Mark(err error) error {
	if err == nil || errors.As(err, new(apierrors.APIStatus)) {
		return err
	}
	return decodeError{err}
}

type decodeError struct{ error }

func (e decodeError) Unwrap() error { return e.error }

// DecodeError is true.
func (decodeError) DecodeError() bool { return true }
