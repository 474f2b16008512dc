// Package scan decodes JSON in memory directly into Go values. Generated decoders consist of calls of its functions.
//
// A decoder of a struct is a loop over the fields of an object:
//
//	func decodeRobotSpec(s *scan.Scanner, v *RobotSpec) {
//		o := s.Object()
//		for o.Next() {
//			switch string(o.Name) {
//			case "model":
//				scan.String(s, &v.Model)
//			case "tasks":
//				scan.Slice(s, &v.Tasks, decodeTask)
//			default:
//				s.Unknown(o.Name, v)
//			}
//		}
//	}
//
// Each function of the package reads one value of the document with the rules of sigs.k8s.io/json: names are case-sensitive,
// unknown fields are ignored, null leaves scalars and structs unchanged and sets pointers, maps and slices to nil. The values
// do not share memory with the document.
//
// # Giving up
//
// A Scanner reports no errors. If a document is not as expected, it gives up: it reads nothing more, and [Scanner.End] returns
// false. The target may be partly decoded then. The caller empties it and decodes the document again with sigs.k8s.io/json,
// which returns the error or decodes an unusual document: the Scanner also gives up on documents that are valid but rare, for
// example with text that is not UTF-8 or with a field that occurs twice. If it does not give up, the values are those of
// sigs.k8s.io/json; tests compare them.
package scan
