// Package soak runs the informers, writers and faults of package faults for a long time: thousands of objects, hundreds of
// changes per second, a fault every 20 seconds. It samples heap, goroutines, relists, lag and errors once per second, writes
// them as CSV and as a page with plots, and reports growth of heap and goroutines. ../cmd/soak is its command.
package soak
