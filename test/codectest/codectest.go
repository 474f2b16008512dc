// Package codectest holds decoders to sigs.k8s.io/json, and encoders to encoding/json: whatever they read or write has to be what it
// reads or writes.
package codectest

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/codec/scan"
)

// Reads holds a table to reading a document by a decoder of its own, and to at most that many of the document's variants. like
// is a pointer of the type to decode into.
func Reads(t *testing.T, table codec.Table, like any, document []byte, most int) {
	t.Helper()
	values := new(scan.SharedValues)
	require.True(t, same(t, table, like, document, values), "given up: %s", document)
	for variant := range Variants(document, most) {
		if same(t, table, like, variant, values); t.Failed() {
			return
		}
	}
}

// Same reports whether a table reads a document by a decoder of its own; if so, the result has to be right. The Decoder that
// falls back has to be right in any case, errors included.
func Same(t *testing.T, table codec.Table, like any, document []byte) bool {
	t.Helper()
	return same(t, table, like, document, new(scan.SharedValues))
}

// same is Same for a document that may share values with others.
func same(t *testing.T, table codec.Table, like any, document []byte, values *scan.SharedValues) bool {
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
	if wantErr == nil {
		shared(t, table, want, document, values)
	}
	if wanted, ok := want.(metav1.Object); ok {
		lean(t, table, wanted, wantErr, document)
	}
	return ok
}

// Writes holds a table to writing an object by an encoder of its own, and the Encoder to using it: its check that an encoder is not
// older than its type has to come out well.
func Writes(t *testing.T, table codec.EncoderTable, obj runtime.Object) {
	t.Helper()
	require.True(t, SameText(t, table, obj), "given up: %+v", obj)
	kind := schema.GroupVersionKind{Group: "case.example", Version: "v7", Kind: "Anything"}
	before, err := json.Marshal(obj)
	require.NoError(t, err)
	got, ok := codec.NewEncoder(table).Encode(obj, kind)
	require.True(t, ok, "the encoder of %T is taken to be older than the type", obj)
	after, err := json.Marshal(obj)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "the object has changed")
	copied := obj.DeepCopyObject()
	copied.GetObjectKind().SetGroupVersionKind(kind)
	want, err := json.Marshal(copied)
	require.NoError(t, err)
	assert.Equal(t, string(want)+"\n", string(got))
}

// SameText reports whether a table writes an object by an encoder of its own; if so, the text has to be that of encoding/json.
func SameText(t *testing.T, table codec.EncoderTable, obj any) bool {
	t.Helper()
	want, err := json.Marshal(obj)
	got, ok := table.Write(obj)
	if ok && assert.NoError(t, err, "the encoder wrote %s", got) {
		assert.Equal(t, string(want), string(got))
	}
	return ok
}

// shared holds values that documents have in common to what each document says by itself, before and after the others were read. The first
// time, some are noted, the second time kept, and then shared.
func shared(t *testing.T, table codec.Table, want any, document []byte, values *scan.SharedValues) {
	t.Helper()
	decoder, options := codec.NewDecoder(table), scan.Options{SharedValues: values}
	var all [3]any
	for i := range all {
		all[i] = reflect.New(reflect.TypeOf(want).Elem()).Interface()
		require.NoError(t, decoder.DecodeForCache(document, all[i], options), "%s", document)
	}
	for _, got := range all {
		assert.Equal(t, want, got, "%s", document)
	}
}

// lean holds a decoder that skips managed fields to decoding them and dropping them afterwards: want and wantErr are what comes
// of a document with them. Only managed fields of the wrong type, which are not looked at, may be no error.
func lean(t *testing.T, table codec.Table, want metav1.Object, wantErr error, document []byte) {
	t.Helper()
	got, ok := reflect.TypeAssert[metav1.Object](reflect.New(reflect.TypeOf(want).Elem()))
	require.True(t, ok)
	err := codec.NewDecoder(table).DecodeForCache(document, got, scan.Options{DropManagedFields: true})
	if wantErr != nil {
		if err == nil {
			assert.True(t, json.Valid(document), "%s", document)
			assert.Contains(t, string(document), "managedFields")
			assert.Empty(t, got.GetManagedFields())
		}
		return
	}
	require.NoError(t, err, "%s", document)
	want.SetManagedFields(nil)
	assert.Equal(t, want, got, "%s", document)
}
