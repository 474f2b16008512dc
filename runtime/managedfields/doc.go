// Package managedfields reads what a field manager has applied off an object's managed fields (server-side apply, KEP-555).
//
// apimachinery's package of the same name does this too, and much else that servers need: with it a program that has a typed
// client links OpenAPI, protobuf's reflection and 70 packages more. The code that is emitted for apply configurations
// therefore calls this one. Whoever merges, as servers and fakes do, uses apimachinery's.
package managedfields
