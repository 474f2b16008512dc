// Package kinds knows which resources a server serves and how each behaves: its names and kinds, scope, subresources,
// columns, schema, and the peculiarities of the built-in ones that clients can see.
package kinds
