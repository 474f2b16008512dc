package scan_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/runtime/codec/scan"
)

func TestIdentify(t *testing.T) {
	for document, want := range map[string]scan.Identity{
		`{"kind":"Pod","metadata":{"managedFields":[{"a":"}"}],"name":"a","namespace":"b","uid":"u","resourceVersion":"7"},"spec":`: {UID: "u", Namespace: "b", ResourceVersion: "7"},
		`{"spec":{"metadata":{"uid":"x"}},"metadata":{"uid":"u","resourceVersion":"7","labels":{"uid":"y"}}}`:                       {UID: "u", ResourceVersion: "7"},
	} {
		s := &scan.Scanner{}
		s.Reset([]byte(document))
		got, ok := s.Identify()
		assert.True(t, ok, document)
		assert.Equal(t, want, got)
	}
	for _, document := range []string{``, `null`, `[]`, `{}`, `{"metadata":null}`, `{"metadata":{"uid":7,"resourceVersion":"7"}}`, `{"metadata":{"uid":"u"}}`, `{"metadata":{"uid":"u",`, "k8s\x00"} {
		s := &scan.Scanner{}
		s.Reset([]byte(document))
		_, ok := s.Identify()
		assert.False(t, ok, document)
	}
}
