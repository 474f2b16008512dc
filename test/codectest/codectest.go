// Package codectest compares generated decoders with sigs.k8s.io/json and generated encoders with encoding/json: their results must be
// the same.
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

// Reads requires that a generated decoder of the table reads the document, and checks its results for the document and for at most
// most of its variants. like is a pointer of the type to decode into.
func Reads(t *testing.T, table codec.Table, like any, document []byte, most int) {
	t.Helper()
	values := new(scan.SharedValues)
	require.True(t, same(t, table, like, document, values), "no generated decoder reads %s", document)
	for variant := range Variants(document, most) {
		if same(t, table, like, variant, values); t.Failed() {
			return
		}
	}
}

// Same reports whether a generated decoder of the table reads the document, and checks its result if so. It always checks the result
// and the error of a Decoder, which falls back to reflection.
func Same(t *testing.T, table codec.Table, like any, document []byte) bool {
	t.Helper()
	return same(t, table, like, document, new(scan.SharedValues))
}

// same is Same with the values that several documents share.
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
		checkSharedValues(t, table, want, document, values)
	}
	if wanted, ok := want.(metav1.Object); ok {
		checkDropManagedFields(t, table, wanted, wantErr, document)
	}
	return ok
}

// Writes requires that a generated encoder of the table writes the object as encoding/json does, and that an Encoder uses it: the
// Encoder does not if it finds that the type has changed since the encoder was generated.
func Writes(t *testing.T, table codec.EncoderTable, obj runtime.Object) {
	t.Helper()
	require.True(t, SameText(t, table, obj), "no generated encoder writes %+v", obj)
	kind := schema.GroupVersionKind{Group: "case.example", Version: "v7", Kind: "Anything"}
	before, err := json.Marshal(obj)
	require.NoError(t, err)
	got, ok := codec.NewEncoder(table).Encode(obj, kind)
	require.True(t, ok, "the Encoder takes the generated encoder of %T to be older than the type", obj)
	after, err := json.Marshal(obj)
	require.NoError(t, err)
	assert.Equal(t, string(before), string(after), "the object has changed")
	copied := obj.DeepCopyObject()
	copied.GetObjectKind().SetGroupVersionKind(kind)
	want, err := json.Marshal(copied)
	require.NoError(t, err)
	assert.Equal(t, string(want)+"\n", string(got))
}

// SameText reports whether a generated encoder of the table writes the object. If so, it checks that the text is that of encoding/json.
func SameText(t *testing.T, table codec.EncoderTable, obj any) bool {
	t.Helper()
	want, err := json.Marshal(obj)
	got, ok := table.Write(obj)
	if ok && assert.NoError(t, err, "the encoder wrote %s", got) {
		assert.Equal(t, string(want), string(got))
	}
	return ok
}

// checkSharedValues decodes a document three times with shared values and checks each result: values are noted at the first time, kept
// at the second, and shared from then on.
func checkSharedValues(t *testing.T, table codec.Table, want any, document []byte, values *scan.SharedValues) {
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

// checkDropManagedFields checks that a decoder that skips managed fields gives the same result as decoding them and dropping them
// afterwards. want and wantErr are the result with managed fields. Managed fields of a wrong type may go unnoticed, as they are skipped.
func checkDropManagedFields(t *testing.T, table codec.Table, want metav1.Object, wantErr error, document []byte) {
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
