// Package pager lists in pages, so that a large collection is neither sent nor held in one piece. The names are those of
// client-go's tools/pager.
package pager
