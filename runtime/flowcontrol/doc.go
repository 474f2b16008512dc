// Package flowcontrol limits how often a client may do something: token buckets for requests, and exponential backoff
// for what keeps failing. The names are those of client-go's util/flowcontrol; golang.org/x/time/rate does the work.
package flowcontrol
