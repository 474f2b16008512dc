// Package crd compares the CustomResourceDefinitions that clientgen emits with those of controller-gen for the same input:
// the project's own APIs and those of published modules. What differs, and why, is in docs/decisions/crds.md.
package crd
