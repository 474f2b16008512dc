// Package v1 contains the apply configurations of the types that all APIs use: object and type metadata, owner references,
// conditions, label selectors. Apply configurations of other kinds embed or contain them.
//
// In an apply configuration every field is optional: the field manager owns the fields that are set, and leaves the others to
// other managers. The With… methods set a field, or add to a list or map, and return the configuration, so that calls can be
// chained. They do not copy slices, maps and pointers that their arguments contain. A configuration is not safe for concurrent
// use while it is being built.
package v1
