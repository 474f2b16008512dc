// Package kinds describes the resources of a server: their names and kinds, scopes, subresources, columns and schemas, and the
// differences between built-in resources that clients can observe.
package kinds
