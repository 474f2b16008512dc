// Package cached remembers the OpenAPI v3 documents that a client has fetched, for as long as the client lives.
package cached
