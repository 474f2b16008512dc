package clientcmd

import (
	"errors"
	"fmt"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
)

var (
	// ErrNoContext reports that no context was named and that the kubeconfig has no current context.
	ErrNoContext = errors.New("no context chosen")
	// ErrEmptyConfig reports a kubeconfig without clusters, users and contexts.
	ErrEmptyConfig = NewEmptyConfigError("no configuration has been provided, try setting KUBERNETES_MASTER environment variable")
	// ErrEmptyCluster reports a cluster whose fields are all empty.
	ErrEmptyCluster = errors.New("cluster has no server defined")
)

// errEmptyConfig is the error that IsEmptyConfig finds.
type errEmptyConfig struct{ message string }

func (e *errEmptyConfig) Error() string { return e.message }

// NewEmptyConfigError returns an error for which [IsEmptyConfig] holds.
func NewEmptyConfigError(message string) error { return &errEmptyConfig{message} }

// errContextNotFound is the error that IsContextNotFound finds.
type errContextNotFound struct{ name, message string }

func (e *errContextNotFound) Error() string {
	if e.message != "" {
		return e.message
	}
	return "context was not found for specified context: " + e.name
}

// errConfigurationInvalid holds everything that is wrong with a configuration.
type errConfigurationInvalid []error

var _ utilerrors.Aggregate = errConfigurationInvalid{}

// invalid returns nil for no errors.
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

// IsContextNotFound reports whether err says that a context does not exist, or that none was chosen.
func IsContextNotFound(err error) bool {
	_, notFound := errors.AsType[*errContextNotFound](err)
	return notFound || errors.Is(err, ErrNoContext)
}

// IsEmptyConfig reports whether err says only that there is no configuration.
func IsEmptyConfig(err error) bool {
	if all, ok := errors.AsType[errConfigurationInvalid](err); ok && len(all) != 1 {
		return false
	}
	_, empty := errors.AsType[*errEmptyConfig](err)
	return empty
}

// IsConfigurationInvalid reports whether err says that a configuration cannot be used, for any reason; an empty one and one
// whose context does not exist are among them.
func IsConfigurationInvalid(err error) bool {
	_, isInvalid := errors.AsType[errConfigurationInvalid](err)
	return isInvalid || IsContextNotFound(err)
}
