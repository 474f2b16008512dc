// Package jsonstream cuts a stream of JSON into the pieces that decoders take one by one: the events of a watch, the items
// of a list. It finds where values begin and end, in one pass; what stands in them is for the decoders to judge.
package jsonstream
