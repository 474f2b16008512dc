package clientcmd

import (
	"errors"
	"fmt"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
)

var (
	// ErrNoContext reports that no context was named and that there is no current one.
	ErrNoContext = errors.New("no context chosen")
	// ErrEmptyConfig reports a kubeconfig in which there is nothing to choose from.
	ErrEmptyConfig = NewEmptyConfigError("no configuration has been provided, try setting KUBERNETES_MASTER environment variable")
	// ErrEmptyCluster reports a cluster of which nothing is known.
	ErrEmptyCluster = errors.New("cluster has no server defined")
)

// errEmptyConfig is what IsEmptyConfig looks for.
type errEmptyConfig struct{ message string }

func (e *errEmptyConfig) Error() string { return e.message }

// NewEmptyConfigError returns an error for which [IsEmptyConfig] holds.
func NewEmptyConfigError(message string) error { return &errEmptyConfig{message} }

// errContextNotFound is what IsContextNotFound looks for.
type errContextNotFound struct{ name, message string }

func (e *errContextNotFound) Error() string {
	if e.message != "" {
		return e.message
	}
	return "context was not found for specified context: " + e.name
}

// errConfigurationInvalid is all that is wrong with a configuration.
type errConfigurationInvalid []error

var _ utilerrors.Aggregate = errConfigurationInvalid{}

// invalid is nil where nothing is wrong.
func invalid(errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	return errConfigurationInvalid(errs)
}

func (e errConfigurationInvalid) Error() string {
	return fmt.Sprintf("invalid configuration: %v", utilerrors.NewAggregate(e))
}

// Errors returns the single errors, as an Aggregate does.
func (e errConfigurationInvalid) Errors() []error { return e }

// Unwrap lets errors.Is and errors.As see each error.
func (e errConfigurationInvalid) Unwrap() []error { return e }

// Is is true where one of the errors is target.
func (e errConfigurationInvalid) Is(target error) bool {
	for _, err := range e {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// IsContextNotFound tells whether err reports a context that does not exist, or that none was chosen.
func IsContextNotFound(err error) bool {
	_, notFound := errors.AsType[*errContextNotFound](err)
	return notFound || errors.Is(err, ErrNoContext)
}

// IsEmptyConfig tells whether err reports, and reports only, that there is no configuration.
func IsEmptyConfig(err error) bool {
	if all, ok := errors.AsType[errConfigurationInvalid](err); ok && len(all) != 1 {
		return false
	}
	_, empty := errors.AsType[*errEmptyConfig](err)
	return empty
}

// IsConfigurationInvalid tells whether err reports a configuration that cannot be used, for whatever reason: an empty one
// and one whose context does not exist are among them.
func IsConfigurationInvalid(err error) bool {
	_, isInvalid := errors.AsType[errConfigurationInvalid](err)
	return isInvalid || IsContextNotFound(err)
}
