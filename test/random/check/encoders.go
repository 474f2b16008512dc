package check

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/test/codectest"
)

// encoders checks that generated encoders write random values, and values that were decoded from damaged documents, as encoding/json
// does. Kinds with a MarshalJSON method have no encoder.
func encoders(t *testing.T, s *subject) {
	f, encoders, decoders := s.filler(), s.encoders(), s.table()
	object := func() runtime.Object {
		obj, err := s.Scheme.New(s.kind.GroupVersionKind)
		require.NoError(t, err)
		return obj
	}
	if _, ok := encoders.Write(object()); !ok {
		require.Implements(t, (*json.Marshaler)(nil), object(), "no encoder, or one that gives up on an empty object")
		return
	}
	codectest.Writes(t, encoders, object())
	for round := range *rounds {
		f.sparse = round%2 == 1
		value := f.value(s.goType).Interface()
		require.True(t, codectest.SameText(t, encoders, value), "given up: %+v", value)
		text, err := json.Marshal(value)
		require.NoError(t, err)
		for variant := range codectest.Variants(text, *variants) {
			damaged := reflect.New(s.goType).Interface()
			if decoders.Read(variant, damaged) {
				codectest.SameText(t, encoders, damaged)
			}
			if t.Failed() {
				return
			}
		}
	}
}
