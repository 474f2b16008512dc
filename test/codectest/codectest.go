// Package codectest holds decoders to sigs.k8s.io/json: whatever they read has to be what it reads.
package codectest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec"
)

// Reads holds a table to reading a document into a T by a decoder of its own, and to all of the document's variants.
func Reads[T any](t *testing.T, table codec.Table, document []byte) {
	t.Helper()
	require.True(t, Same[T](t, table, document), "given up: %s", document)
	for variant := range Variants(document) {
		if Same[T](t, table, variant); t.Failed() {
			return
		}
	}
}

// Same reports whether a table reads a document into a T by a decoder of its own; if so, the result has to be right. The
// Decoder that falls back has to be right in any case, errors included.
func Same[T any](t *testing.T, table codec.Table, document []byte) bool {
	t.Helper()
	var want, read, got T
	wantErr := kjson.UnmarshalCaseSensitivePreserveInts(document, &want)
	ok := table.Read(document, &read)
	if ok && assert.NoError(t, wantErr, "%s", document) {
		assert.Equal(t, want, read, "%s", document)
	}
	err := codec.NewDecoder(table).Decode(document, &got)
	assert.Equal(t, wantErr, err, "%s", document)
	assert.Equal(t, want, got, "%s", document)
	return ok
}
