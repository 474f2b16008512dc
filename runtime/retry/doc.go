// Package retry retries functions, above all changes that conflict with a concurrent change of the same object. The
// names are those of client-go's util/retry.
package retry
