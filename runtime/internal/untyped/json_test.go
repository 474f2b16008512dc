package untyped

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	kjson "sigs.k8s.io/json"

	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/test/codectest"
)

// serializer returns the serializer for JSON of the dynamic client, or of the metadata client.
func serializer(t testing.TB, metadata bool) jsonSerializer {
	t.Helper()
	scheme := NewScheme()
	negotiated := Serializer{Scheme: scheme, Unknown: func(kind schema.GroupVersionKind) runtime.Object {
		obj := &unstructured.Unstructured{}
		obj.SetGroupVersionKind(kind)
		return obj
	}}
	if metadata {
		utilruntime.Must(metav1.AddMetaToScheme(scheme))
		negotiated.Unknown = func(kind schema.GroupVersionKind) runtime.Object {
			if strings.HasSuffix(kind.Kind, "List") {
				return &metav1.PartialObjectMetadataList{}
			}
			return &metav1.PartialObjectMetadata{}
		}
	}
	s, ok := negotiated.SupportedMediaTypes()[0].Serializer.(jsonSerializer)
	require.True(t, ok)
	return s
}

// scans reports whether the scanner reads a document by itself.
func scans(s jsonSerializer, data []byte, into runtime.Object) bool {
	scanner, done := s.scanner()
	defer done()
	obj := s.target(scanner, data, into)
	if obj == nil {
		return false
	}
	scanner.Reset(data)
	_, ok := s.scan(scanner, obj.DeepCopyObject())
	return ok
}

// comparison holds decoding to apimachinery's: its serializer as clients use it, and its codec of unstructured objects. The objects of shared
// have values in common.
type comparison struct{ dynamic, metadata, shared jsonSerializer }

func compare(t testing.TB) comparison {
	t.Helper()
	shared, ok := serializer(t, false).With(scan.Options{SharedValues: &scan.SharedValues{}}).(jsonSerializer)
	require.True(t, ok)
	return comparison{serializer(t, false), serializer(t, true), shared}
}

// document compares everything that a document can be decoded into.
func (c comparison) document(t testing.TB, data []byte) {
	t.Helper()
	for _, newObject := range []func() runtime.Object{
		func() runtime.Object { return nil },
		func() runtime.Object { return &unstructured.Unstructured{} },
		func() runtime.Object { return &metav1.PartialObjectMetadata{} },
		func() runtime.Object { return &unstructured.UnstructuredList{} },
	} {
		for _, s := range []jsonSerializer{c.dynamic, c.metadata, c.shared, c.shared, c.shared} {
			want, wantKind, wantErr := s.Serializer.Decode(data, nil, newObject())
			got, gotKind, err := s.Decode(data, nil, newObject())
			require.Equal(t, wantErr, err, "%q", data)
			require.Equal(t, wantKind, gotKind, "%q", data)
			require.Equal(t, want, got, "%q", data)
		}
	}
	c.codec(t, data)
	c.item(t, data)
}

// codec compares with apimachinery's codec of unstructured objects, which is stricter or less so in what it takes for a kind.
func (c comparison) codec(t testing.TB, data []byte) {
	t.Helper()
	want, _, wantErr := unstructured.UnstructuredJSONScheme.Decode(data, nil, &unstructured.Unstructured{})
	got, _, err := c.dynamic.Decode(data, nil, &unstructured.Unstructured{})
	if wantErr == nil && err == nil {
		require.Equal(t, want, got, "%q", data)
	}
}

// item compares decoding an item of a list, which need not name its kind.
func (c comparison) item(t testing.TB, data []byte) {
	t.Helper()
	var content map[string]any
	wantErr := kjson.UnmarshalCaseSensitivePreserveInts(data, &content)
	for _, s := range []jsonSerializer{c.dynamic, c.shared} {
		obj := &unstructured.Unstructured{}
		require.Equal(t, wantErr, s.DecodeJSON(data, obj), "%q", data)
		if wantErr == nil {
			require.Equal(t, content, obj.Object, "%q", data)
		}
	}
	var want, got metav1.PartialObjectMetadata
	wantErr = kjson.UnmarshalCaseSensitivePreserveInts(data, &want)
	require.Equal(t, wantErr, c.metadata.DecodeJSON(data, &got), "%q", data)
	require.Equal(t, want, got, "%q", data)
}

const begin = `{"apiVersion":"example.com/v1","kind":"Robot",`

// ordinary documents must be read by the scanner.
func ordinary() []string {
	return []string{
		begin + `"metadata":{"name":"r2","labels":{"a":"b"},"managedFields":[{"manager":"m","fieldsV1":{"f:a":{".":{}}}}]},"spec":{"n":1,"f":1.5,"e":1e2,"z":-0}}`,
		begin + `"a":[1,1.0,9223372036854775807,9223372036854775808,-9223372036854775808,-9223372036854775809,0.1,1E+3,true,false,null,"x",[],{},[[]],[{}]]}`,
		`{"kind":"Pod","apiVersion":"v1","metadata":{"name":"","creationTimestamp":null},"a":"","b":{"":""}}`,
		begin + `"text":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 ü 漢字","k\u0065y":{}}`, " \n" + begin + ` "a" : [ 1 , 2 ] } ` + "\t",
		begin + `"long":"` + strings.Repeat("x", 200) + `","` + strings.Repeat("y", 200) + `":1}`,
		begin + `"wide":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12,"m":13,"n":14,"o":15,"p":16}}`,
		`{"metadata":{"name":"late"},"items":[{}],"kind":"RobotList","apiVersion":"example.com/v1"}`,
	}
}

// unusual documents are errors, or what another decoder has to judge.
func unusual() []string {
	return []string{
		``, `null`, `[]`, `"x"`, `7`, `{}`, `{"kind":"Robot"}`, `{"apiVersion":"v1"}`, `{"kind":7,"apiVersion":"v1"}`, `{"kind":"Robot","apiVersion":7}`,
		`{"kind":"Robot","apiVersion":null}`, `{"kind":"Robot","apiVersion":"a/b/c"}`, `{"kind":"Robot","apiVersion":"a/"}`, `{"kind":"Robot","apiVersion":"/"}`, `{"kind":"Robot","apiVersion":"/a"}`, begin + `"Kind":7}`, begin + `"KIND":"x"}`, begin + `"apiversion":[]}`,
		begin + `"\u212aind":7}`, begin + `"apiVer\u017fion":7}`, begin + `"kind":"Other"}`, begin + `"a":1,"a":2}`, begin + `"a":{"x":1},"a":{"y":2}}`, begin + `"a":{"x":1,"x":null}}`,
		begin + `"a":"\ud83d"}`, begin + "\"a\":\"\xff\"}", begin + "\"\xff\":1}", begin + `"a":1e999}`, begin + `"a":01}`, begin + `"a":}`, begin + `"a":1}x`, begin + `"a":1}{}`,
		begin + `"a":"` + "\n" + `"}`, begin + `"metadata":7}`, begin + `"metadata":{"name":7}}`, begin + `"metadata":{"labels":{"a":1}}}`, begin + `"TypeMeta":{},"ObjectMeta":1}`,
		begin + `"a":` + strings.Repeat("[", 9998) + strings.Repeat("]", 9998) + `}`, begin + `"a":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`,
		begin + `"a":` + strings.Repeat(`{"b":`, 9999) + `1` + strings.Repeat("}", 9999) + `}`, begin + `"a":` + strings.Repeat(`{"b":`, 10000) + `1` + strings.Repeat("}", 10000) + `}`,
		`{"kind":"Status","apiVersion":"v1","status":"Failure","code":404}`,
		`{"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[]}`,
		`{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a"}},null]}`, `{"kind":"PodList","apiVersion":"v1","items":[7]}`,
		`{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}}`,
		`{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}}]}`,
	}
}

func TestValuesAreThoseOfApimachinery(t *testing.T) {
	c := compare(t)
	for _, document := range ordinary() {
		assert.True(t, scans(c.dynamic, []byte(document), nil), "given up: %s", document)
		assert.True(t, scans(c.dynamic, []byte(document), &unstructured.Unstructured{}), "given up: %s", document)
		c.document(t, []byte(document))
		if len(document) < 400 {
			for end := range len(document) {
				c.document(t, []byte(document[:end]))
			}
		}
	}
	assert.True(t, scans(c.metadata, []byte(ordinary()[0]), &metav1.PartialObjectMetadata{}), "metadata of whole objects")
	for _, document := range unusual() {
		c.document(t, []byte(document))
	}
}

// One object of each built-in kind, with every field set, as the module k8s.io/api has them, and variants of some.
func TestEveryBuiltInKind(t *testing.T) {
	c := compare(t)
	files, err := filepath.Glob(filepath.Join(apiModule(t), "testdata", "HEAD", "*.json"))
	require.NoError(t, err)
	require.Greater(t, len(files), 100)
	for i, file := range files {
		document, err := os.ReadFile(file)
		require.NoError(t, err)
		if !strings.HasSuffix(file, ".WatchEvent.json") { // the one that names no kind
			require.True(t, scans(c.dynamic, document, &unstructured.Unstructured{}), "given up: %s", file)
		}
		c.codec(t, document)
		if i%40 == 0 {
			c.document(t, document)
			for variant := range codectest.Variants(document, 20) {
				c.document(t, variant)
			}
		}
	}
}

// apiModule returns the folder of the module k8s.io/api.
func apiModule(t *testing.T) string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/api").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(dir))
}

// Random documents, and what becomes of them when a part is changed.
func TestRandomDocuments(t *testing.T) {
	const alphabet = `{}[]",:\ 019.-+eEntrufalsx` + "\x00\n\x1f\x7f\x80\xc3\xe2\xed\xff"
	random := rand.New(rand.NewPCG(11, 11))
	c, read := compare(t), 0
	for range 100 {
		document, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Robot", "metadata": randomValue(random, 3), "spec": randomValue(random, 6)})
		require.NoError(t, err)
		if scans(c.dynamic, document, nil) {
			read++
		}
		c.document(t, document)
		document[random.IntN(len(document))] = alphabet[random.IntN(len(alphabet))]
		c.document(t, document)
	}
	assert.Equal(t, 100, read)
}

func randomValue(random *rand.Rand, depth int) any {
	switch kind := random.IntN(9); {
	case kind < 3 && depth > 0:
		object := map[string]any{}
		for range random.IntN(12) {
			object[fmt.Sprint("field", random.IntN(40))] = randomValue(random, depth-1)
		}
		return object
	case kind == 3 && depth > 0:
		array := []any{}
		for range random.IntN(6) {
			array = append(array, randomValue(random, depth-1))
		}
		return array
	case kind == 4:
		return random.Int64() >> random.IntN(64)
	case kind == 5:
		return random.NormFloat64() * 1e10
	case kind == 6:
		return random.IntN(2) == 0
	case kind == 7:
		return nil
	default:
		return strings.Repeat("text <é> ", random.IntN(12))
	}
}

// Objects that come from one serializer share strings and nothing that can be changed.
func TestObjectsShareNothingThatChanges(t *testing.T) {
	s := serializer(t, false)
	var objects [2]unstructured.Unstructured
	for i := range objects {
		document := []byte(ordinary()[0])
		_, _, err := s.Decode(document, nil, &objects[i])
		require.NoError(t, err)
		clear(document)
	}
	want := objects[1].DeepCopy()
	objects[0].SetName("another")
	objects[0].SetLabels(map[string]string{"a": "c"})
	objects[0].Object["spec"].(map[string]any)["n"] = int64(2)
	objects[0].SetManagedFields(nil)
	assert.Equal(t, want.Object, objects[1].Object)
}

// What they share, they share below their fields.
func TestObjectsWithSharedValues(t *testing.T) {
	c := compare(t)
	document := []byte(begin + `"metadata":{"name":"r2","labels":{"a":"b"}},"spec":{"ports":[{"port":8080,"protocol":"TCP","name":"a name that is long enough"}],"none":{}}}`)
	var objects [4]map[string]any
	for i := range objects {
		var obj unstructured.Unstructured
		_, _, err := c.shared.Decode(document, nil, &obj)
		require.NoError(t, err)
		objects[i] = obj.Object
	}
	first, second := objects[2], objects[3]
	require.Equal(t, objects[0], second)
	same := func(path ...string) bool {
		one, _, _ := unstructured.NestedFieldNoCopy(first, path...)
		other, _, _ := unstructured.NestedFieldNoCopy(second, path...)
		return reflect.ValueOf(one).UnsafePointer() == reflect.ValueOf(other).UnsafePointer()
	}
	for path, shared := range map[string]bool{"metadata": false, "metadata labels": true, "spec": false, "spec ports": true, "spec none": true} {
		assert.Equal(t, shared, same(strings.Fields(path)...), path)
	}
	ports := first["spec"].(map[string]any)["ports"].([]any)
	assert.Equal(t, len(ports), cap(ports), "append copies")
}

func TestManagedFieldsAreSkipped(t *testing.T) {
	s, ok := serializer(t, false).With(scan.Options{DropManagedFields: true}).(jsonSerializer)
	require.True(t, ok)
	document := []byte(begin + `"metadata":{"name":"r2","managedFields":[{"manager":"m"}]},"managedFields":[1],"spec":{"managedFields":[2],"metadata":{"managedFields":[3]}}}`)
	want := &unstructured.Unstructured{}
	require.NoError(t, want.UnmarshalJSON(document))
	want.SetManagedFields(nil)
	got, item := &unstructured.Unstructured{}, &unstructured.Unstructured{}
	_, _, err := s.Decode(document, nil, got)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	require.NoError(t, s.DecodeJSON(document, item))
	assert.Equal(t, want, item)
}

// A list of whole objects is read as a list of their metadata.
func TestListsOfMetadata(t *testing.T) {
	s := serializer(t, true)
	for _, kind := range []string{`"PodList","apiVersion":"v1"`, `"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1"`} {
		list := &metav1.PartialObjectMetadataList{}
		obj, _, err := s.Decode([]byte(`{"kind":`+kind+`,"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"},"spec":{}}]}`), nil, list)
		require.NoError(t, err)
		assert.Same(t, list, obj)
		assert.Equal(t, "7", list.ResourceVersion)
		assert.Equal(t, "a", list.Items[0].Name)
	}
	obj, _, err := s.Decode([]byte(`{"kind":"Pod","apiVersion":"v1"}`), nil, &metav1.PartialObjectMetadataList{})
	require.NoError(t, err)
	assert.IsType(t, &metav1.PartialObjectMetadata{}, obj)
}

func FuzzUnstructured(f *testing.F) {
	for _, document := range append(ordinary(), unusual()...) {
		if len(document) < 1000 {
			f.Add([]byte(document))
		}
	}
	c := compare(f)
	f.Fuzz(func(t *testing.T, document []byte) {
		c.document(t, document)
		if _, fields, ok := bytes.Cut(document, []byte{'{'}); ok { // most changes break what names the kind
			c.document(t, append([]byte(begin), fields...))
		}
	})
}
