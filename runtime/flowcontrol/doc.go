// Package flowcontrol limits rates: token buckets for requests, and exponential backoff after failures. The names are
// those of client-go's util/flowcontrol; golang.org/x/time/rate does the work.
package flowcontrol
