// Package clients tests every kind of client against a real API server, in JSON and in protobuf: the generated clients of the
// built-in groups and of apis/, and the dynamic, metadata, discovery, mapping and scale clients. kubectl checks the results.
package clients
