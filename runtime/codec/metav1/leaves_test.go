package metav1

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
)

// same holds that a leaf is read as it reads itself; read tells whether it has to be read at all.
func same[T any](t *testing.T, decode func(*scan.Scanner, *T), document string, read bool) {
	t.Helper()
	var got, want T
	s := &scan.Scanner{}
	s.Reset([]byte(document))
	decode(s, &got)
	ok := s.End()
	assert.False(t, read && !ok, "%s is given up", document)
	if ok {
		require.NoError(t, kjson.UnmarshalCaseSensitivePreserveInts([]byte(document), &want), document)
		assert.Equal(t, want, got, document)
	}
}

func TestLeaves(t *testing.T) {
	for _, document := range []string{`"2026-11-25T01:02:03Z"`, `"2026-11-25T01:02:03+02:00"`, `"2026-11-25T01:02:03.25Z"`, `"0001-01-01T00:00:00Z"`, `null`} {
		same(t, DecodeTime, document, true)
	}
	for _, document := range []string{`"2026-11-25"`, `"2026-11-25T1:02:03Z"`, `"2026-11-25T01:02:03,5Z"`, `"2026-11-25T01:02:03+24:00"`, `""`, `7`, `{}`, `"2026-13-25T01:02:03Z"`} {
		same(t, DecodeTime, document, false)
	}
	for _, document := range []string{`"x"`, `"8080"`, `""`, `7`, `-1`, `null`} {
		same(t, DecodeIntOrString, document, true)
	}
	for _, document := range []string{`1.5`, `2147483648`, `true`, `{}`, ``} {
		same(t, DecodeIntOrString, document, false)
	}
	same(t, DecodeMicroTime, `"2026-11-25T01:02:03.000004Z"`, true)
	same(t, DecodeMicroTime, `7`, false)
	same(t, DecodeDuration, `"1h5m"`, true)
	same(t, DecodeDuration, `"long"`, false)
	same(t, DecodeFieldsV1, `{"f:metadata":{".":{}}}`, true)
	same(t, DecodeFieldsV1, `{`, false)
	same(t, DecodeQuantity, `"500m"`, true)
	same(t, DecodeQuantity, `2`, true)
	same(t, DecodeQuantity, `null`, true)
	same(t, DecodeQuantity, `"much"`, false)
}

func FuzzLeaves(f *testing.F) {
	for _, document := range []string{`"2026-11-25T01:02:03Z"`, `"8080"`, `7`, `"500m"`, `null`} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		same[metav1.Time](t, DecodeTime, document, false)
		same[intstr.IntOrString](t, DecodeIntOrString, document, false)
		same[resource.Quantity](t, DecodeQuantity, document, false)
	})
}
