package metav1

import (
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/typewright/typewright/runtime/codec/encode"
	"github.com/typewright/typewright/runtime/codec/scan"
)

// This file has the types that decode and encode themselves: those that are frequent are read and written here instead.

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

// EncodeTime writes a time of RFC 3339, in UTC; the zero time is null.
func EncodeTime(w *encode.Writer, v *metav1.Time) { encodeTime(w, v.Time, time.RFC3339) }

// EncodeMicroTime writes a time with microseconds, in UTC; the zero time is null.
func EncodeMicroTime(w *encode.Writer, v *metav1.MicroTime) {
	encodeTime(w, v.Time, metav1.RFC3339Micro)
}

func encodeTime(w *encode.Writer, t time.Time, layout string) {
	if t.IsZero() {
		w.Null()
		return
	}
	w.Time(t.UTC(), layout)
}

// EncodeDuration writes a duration such as "1h5m0s".
func EncodeDuration(w *encode.Writer, v *metav1.Duration) { w.Text(v.Duration.String()) }

// EncodeFieldsV1 writes a set of fields.
func EncodeFieldsV1(w *encode.Writer, v *metav1.FieldsV1) { encode.Marshaler(w, v) }

// EncodeQuantity writes a quantity such as "500m". Unlike String, it does not change *v.
func EncodeQuantity(w *encode.Writer, v *resource.Quantity) { encode.Marshaler(w, v) }

// EncodeIntOrString writes a string or a whole number.
func EncodeIntOrString(w *encode.Writer, v *intstr.IntOrString) {
	switch v.Type {
	case intstr.Int:
		encode.Int(w, &v.IntVal)
	case intstr.String:
		w.Text(v.StrVal)
	default:
		w.GiveUp()
	}
}
