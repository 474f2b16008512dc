// Package pager lists in pages, so that a large collection is not sent or held as a whole. The names are those of
// client-go's tools/pager.
package pager
