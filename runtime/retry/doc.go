// Package retry repeats what failed in a way that may pass: above all a change to an object that somebody else changed at
// the same time. The names are those of client-go's util/retry.
package retry
