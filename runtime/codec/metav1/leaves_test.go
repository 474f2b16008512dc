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

// sameAsJSON checks that a leaf is decoded as sigs.k8s.io/json decodes it. If read is true, the decoder must not give up.
func sameAsJSON[T any](t *testing.T, decode func(*scan.Scanner, *T), document string, read bool) {
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
		sameAsJSON(t, DecodeTime, document, true)
	}
	for _, document := range []string{`"2026-11-25"`, `"2026-11-25T1:02:03Z"`, `"2026-11-25T01:02:03,5Z"`, `"2026-11-25T01:02:03+24:00"`, `""`, `7`, `{}`, `"2026-13-25T01:02:03Z"`} {
		sameAsJSON(t, DecodeTime, document, false)
	}
	for _, document := range []string{`"x"`, `"8080"`, `""`, `7`, `-1`, `null`} {
		sameAsJSON(t, DecodeIntOrString, document, true)
	}
	for _, document := range []string{`1.5`, `2147483648`, `true`, `{}`, ``} {
		sameAsJSON(t, DecodeIntOrString, document, false)
	}
	sameAsJSON(t, DecodeMicroTime, `"2026-11-25T01:02:03.000004Z"`, true)
	sameAsJSON(t, DecodeMicroTime, `7`, false)
	sameAsJSON(t, DecodeDuration, `"1h5m"`, true)
	sameAsJSON(t, DecodeDuration, `"long"`, false)
	sameAsJSON(t, DecodeFieldsV1, `{"f:metadata":{".":{}}}`, true)
	sameAsJSON(t, DecodeFieldsV1, `{`, false)
	sameAsJSON(t, DecodeQuantity, `"500m"`, true)
	sameAsJSON(t, DecodeQuantity, `2`, true)
	sameAsJSON(t, DecodeQuantity, `null`, true)
	sameAsJSON(t, DecodeQuantity, `"much"`, false)
}

func FuzzLeaves(f *testing.F) {
	for _, document := range []string{`"2026-11-25T01:02:03Z"`, `"8080"`, `7`, `"500m"`, `null`} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		sameAsJSON[metav1.Time](t, DecodeTime, document, false)
		sameAsJSON[intstr.IntOrString](t, DecodeIntOrString, document, false)
		sameAsJSON[resource.Quantity](t, DecodeQuantity, document, false)
	})
}
