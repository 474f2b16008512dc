// Package metadatalister reads the metadata of objects from the indexer of an informer.
package metadatalister
