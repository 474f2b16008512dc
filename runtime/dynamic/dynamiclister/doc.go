// Package dynamiclister reads objects whose Go types no one compiled in from the indexer of an informer.
package dynamiclister
