// Package apis holds the API types.
package apis

//go:generate go tool clientgen
//go:generate go tool informergen
