// Package v1 holds the apply configurations of what every API is made of: object and type metadata, owner references,
// conditions, label selectors. Apply configurations of all other kinds build on them.
//
// An apply configuration is an object whose every field is optional: what is set is what the field manager wants, what
// is unset is left to others. The With… methods set a field, or add to a list or map, and return the configuration, so
// that calls chain. They keep what they are given; nothing is copied. A configuration is not for concurrent use while it
// is being built.
package v1
