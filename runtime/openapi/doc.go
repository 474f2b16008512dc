// Package openapi fetches the OpenAPI v3 documents of an API server: first the list of paths, then single documents.
//
//	paths, err := openapi.NewClient(client.RESTClient()).Paths() // a discovery client's
//	document, err := paths["apis/apps/v1"].Schema("application/json")
//
// Paths are the server's, such as "api/v1" or "apis/apps/v1". The WithContext methods take a context; the others use an
// empty one.
package openapi
