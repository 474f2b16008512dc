// Package encode writes Go values as JSON, byte for byte as encoding/json does. Generated encoders consist of calls of its functions.
//
// An encoder of a struct writes its fields one after the other:
//
//	func EncodeRobotSpec(w *encode.Writer, v *RobotSpec) {
//		if !w.Begin() {
//			return
//		}
//		encode.String(w.Name("model"), &v.Model)
//		if len(v.Tasks) > 0 {
//			encode.Slice(w.Name("tasks"), &v.Tasks, EncodeTask)
//		}
//		w.End()
//	}
//
// Each function of the package writes one value with the rules of encoding/json: text is escaped for HTML, bytes that are not UTF-8
// become U+FFFD, nil slices, maps and pointers are null, keys of maps are sorted.
//
// # Giving up
//
// A Writer reports no errors. If it cannot write a value, it gives up: [Writer.Done] returns false, and what it wrote is worthless.
// The caller encodes the object again with encoding/json, which reports the error. The Writer also gives up on objects that
// encoding/json can write, but that are rare: those that are nested too deep, as an object is that contains itself, and those
// whose own methods return unusual JSON.
package encode
