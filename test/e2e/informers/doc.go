// Package informers tests informers against a real API server: many kinds at once, lists as a whole and as streams, tens of
// thousands of objects, compacted history, and permissions and resources that are added and removed.
package informers
