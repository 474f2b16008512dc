// Package v1 is the format of kubeconfig files, version v1: what the in-memory form keeps in maps stands here in lists of
// named items.
package v1
