// Package storage is what lies behind an API server: objects by resource, namespace and name, one rising resource version
// for all of them, and a window of past events from which watches begin. It knows nothing of HTTP.
package storage
