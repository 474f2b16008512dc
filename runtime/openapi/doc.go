// Package openapi fetches the OpenAPI v3 documents of an API server: first the list of paths, then, one by one, the
// documents that are asked for.
//
// A path is named as the server names it, such as "api/v1" or "apis/apps/v1". Every call takes a context in its
// WithContext form; the forms without are the same with an empty context.
package openapi
