// Package watch turns the frames of a watch stream into events, and events into frames. The names are those of
// client-go's rest/watch; NewJSONDecoder is what requests read JSON streams with.
package watch
