// Package gen runs the generators: it turns Go types with markers into typed Kubernetes clients, listers and informers.
// The commands clientgen and informergen are thin shells around [Run].
//
// A run loads the packages, builds the model, renders the templates, and collects the files and the folders that they
// belong to. It writes nothing: package [github.com/typewright/typewright/gen/emit] compares the files with the disk and
// writes them.
package gen
