package metav1

import (
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// This file has the types that decode themselves: those that are frequent are read here instead.

// DecodeTime reads a time of RFC 3339, in the local zone; a null is the zero time. What time.Parse takes beyond that is for
// the fallback.
func DecodeTime(s *scan.Scanner, v *metav1.Time) {
	if s.Null() {
		*v = metav1.Time{}
		return
	}
	if v.UnmarshalText(s.Text()) != nil {
		s.GiveUp()
		return
	}
	v.Time = v.Local()
}

// DecodeMicroTime reads a time with microseconds.
func DecodeMicroTime(s *scan.Scanner, v *metav1.MicroTime) { scan.Unmarshaler(s, v) }

// DecodeDuration reads a duration such as "1h5m".
func DecodeDuration(s *scan.Scanner, v *metav1.Duration) { scan.Unmarshaler(s, v) }

// DecodeFieldsV1 reads a set of fields, as it is written.
func DecodeFieldsV1(s *scan.Scanner, v *metav1.FieldsV1) { scan.Unmarshaler(s, v) }

// DecodeQuantity reads a quantity such as "500m".
func DecodeQuantity(s *scan.Scanner, v *resource.Quantity) { scan.Unmarshaler(s, v) }

// DecodeIntOrString reads a string or a whole number.
func DecodeIntOrString(s *scan.Scanner, v *intstr.IntOrString) {
	if s.IsString() {
		v.Type = intstr.String
		scan.String(s, &v.StrVal)
		return
	}
	v.Type = intstr.Int
	scan.Int(s, &v.IntVal)
}
