// Package watch turns the frames of a watch stream into events, and events into frames, as the names of client-go's
// rest/watch do.
package watch
