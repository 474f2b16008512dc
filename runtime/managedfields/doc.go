// Package managedfields extracts the fields that a field manager has applied to an object (server-side apply, KEP-555).
//
// apimachinery's package of the same name does this too, but links OpenAPI, protobuf reflection and 70 more packages,
// which only servers need. Generated apply configurations therefore use this one. To merge, as servers and fakes do,
// use apimachinery's.
package managedfields
