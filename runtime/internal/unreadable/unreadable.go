// Package unreadable marks errors of responses that could not be decoded, so that caches recognize them: decoders
// return errors of many types.
package unreadable

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Mark wraps err in an error with the method DecodeError() bool, which caches check. It returns nil, and the Status
// that a server sent instead, unchanged.
func Mark(err error) error {
	if err == nil || errors.As(err, new(apierrors.APIStatus)) {
		return err
	}
	return decodeError{err}
}

type decodeError struct{ error }

func (e decodeError) Unwrap() error { return e.error }

// DecodeError returns true.
func (decodeError) DecodeError() bool { return true }
