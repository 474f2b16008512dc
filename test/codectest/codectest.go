// Package codectest holds decoders to sigs.k8s.io/json: whatever they read has to be what it reads.
package codectest

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec"
)

// Reads holds a table to reading a document by a decoder of its own, and to at most that many of the document's variants. like
// is a pointer of the type to decode into.
func Reads(t *testing.T, table codec.Table, like any, document []byte, most int) {
	t.Helper()
	require.True(t, Same(t, table, like, document), "given up: %s", document)
	for variant := range Variants(document, most) {
		if Same(t, table, like, variant); t.Failed() {
			return
		}
	}
}

// Same reports whether a table reads a document by a decoder of its own; if so, the result has to be right. The Decoder that
// falls back has to be right in any case, errors included.
func Same(t *testing.T, table codec.Table, like any, document []byte) bool {
	t.Helper()
	empty := func() any { return reflect.New(reflect.TypeOf(like).Elem()).Interface() }
	want, read, got := empty(), empty(), empty()
	wantErr := kjson.UnmarshalCaseSensitivePreserveInts(document, want)
	ok := table.Read(document, read)
	if ok && assert.NoError(t, wantErr, "%s", document) {
		assert.Equal(t, want, read, "%s", document)
	}
	err := codec.NewDecoder(table).Decode(document, got)
	assert.Equal(t, wantErr, err, "%s", document)
	assert.Equal(t, want, got, "%s", document)
	return ok
}
