// Package informers holds informers against a real API server: many kinds at once, lists as a whole and as streams, tens of
// thousands of objects, compacted history, rights that come and go, resources that do.
package informers
