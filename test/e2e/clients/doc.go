// Package clients tests every kind of client against a real API server, in JSON and in protobuf: the generated ones of
// the built-in groups and of apis/, the dynamic one, those for metadata, discovery, mapping and scale; with kubectl as a
// second pair of eyes on what they did.
package clients
