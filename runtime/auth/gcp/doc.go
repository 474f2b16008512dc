// Package gcp is empty, so that programs that import client-go's package of this name compile. The auth provider that client-go's
// package once held was removed from Kubernetes; package rest answers a configuration that names it with the plugin to use
// instead, whether this package is imported or not.
package gcp
