// Package scan reads JSON that is in memory straight into Go values: it is what generated decoders are made of.
//
// A decoder of a struct is a loop over the fields of an object:
//
//	func decodeRobotSpec(s *scan.Scanner, v *RobotSpec) {
//		for o := s.Object(); o.Next(); {
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
// Each function of the package reads one value of the document, as encoding/json reads it with the options of
// sigs.k8s.io/json: names are case-sensitive, unknown ones are ignored, null leaves scalars and structs as they are and
// makes pointers, maps and slices nil. Nothing that is read shares memory with the document.
//
// # Giving up
//
// A Scanner has no words for what is wrong. Where a document is not what it expects, it gives up: from then on it reads
// nothing, and [Scanner.End] returns false. The caller then decodes the document once more with sigs.k8s.io/json, which
// tells the error, or finds that the document is merely unusual: the Scanner also gives up on what is legal but rare, such
// as text that is no UTF-8 or a field that comes twice. What it does read is what sigs.k8s.io/json reads; tests hold it to
// that.
package scan
