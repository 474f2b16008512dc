// Package soak runs the world of package faults for a long time: thousands of objects, hundreds of changes a second, a fault
// every 20 seconds. It samples heap, goroutines, relists, lag and errors once a second, writes them as CSV and as a page with
// plots, and tells whether heap and goroutines stayed flat. ../cmd/soak is its command.
package soak
