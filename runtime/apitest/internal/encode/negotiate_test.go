package encode

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	asTable        = "application/json;as=Table;g=meta.k8s.io;v=v1"
	asMetadata     = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
	asMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1beta1"
)

func TestNegotiate(t *testing.T) {
	builtin, custom := builtinCodec(t, "ConfigMap"), customCodec(t)
	tests := []struct {
		accept                   string
		media, encodeAs, version string
	}{
		{"", MediaJSON, "", ""},
		{"*/*", MediaJSON, "", ""},
		{"application/*, application/json", MediaJSON, "", ""},
		{"application/yaml", MediaYAML, "", ""},
		{"text/html, application/yaml", MediaYAML, "", ""},
		{"???, application/json", MediaJSON, "", ""},
		{asTable, MediaJSON, "Table", "v1"},
		{asMetadataList, MediaJSON, "PartialObjectMetadataList", "v1beta1"},
		{"*/*;as=Table;g=meta.k8s.io;v=v1", MediaJSON, "Table", "v1"},
		{"application/json;as=Table;g=meta.k8s.io;v=v2, application/json", MediaJSON, "", ""},
		{"application/json;as=Table;g=other.io;v=v1, application/yaml", MediaYAML, "", ""},
		{"application/json;as=Chart;g=meta.k8s.io;v=v1, application/yaml", MediaYAML, "", ""},
		{"application/yaml;as=Table;g=meta.k8s.io;v=v1, application/json", MediaYAML, "Table", "v1"},
		{"application/yaml;q=0.2, application/json;q=0.5", MediaJSON, "", ""},
		{"application/json;v=v1, application/yaml", MediaYAML, "", ""},
		{"application/json;stream=odd, application/yaml", MediaYAML, "", ""},
		{"*/*, application/yaml", MediaYAML, "", ""},
	}
	for _, tt := range tests {
		for _, codec := range []Codec{builtin, custom} {
			e, err := Negotiate(request(tt.accept, ""), codec)
			if assert.NoError(t, err, tt.accept) {
				assert.Equal(t, []string{tt.media, tt.encodeAs, tt.version}, []string{e.media, e.encodeAs, e.version}, tt.accept)
			}
		}
	}
}

func TestNegotiateProtobuf(t *testing.T) {
	const accept = "application/vnd.kubernetes.protobuf, application/json"
	assert.Equal(t, MediaProtobuf, encoder(t, builtinCodec(t, "ConfigMap"), accept, "").media)
	assert.Equal(t, MediaJSON, encoder(t, customCodec(t), accept, "").media, "a kind without a Go type has no form in protobuf")                           //nolint:testifylint // it is a media type
	assert.Equal(t, MediaJSON, encoder(t, builtinCodec(t, "ConfigMap"), "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1, */*", "").media) //nolint:testifylint // it is a media type
}

func TestNegotiateFails(t *testing.T) {
	custom, text, noTables := customCodec(t), builtinCodec(t, "Pod"), builtinCodec(t, "Pod")
	custom.OfCustom, text.Text, noTables.NoTables = true, true, true
	const router, handler = "Available representations: ", "only the following media types are accepted: "
	const all = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
	tests := []struct {
		codec          Codec
		accept, answer string
	}{
		{builtinCodec(t, "Pod"), "text/html", router + all},
		{builtinCodec(t, "Pod"), "application/*", router + all},
		{builtinCodec(t, "Pod"), "application/json;as=Odd;g=meta.k8s.io;v=v1", handler + all},
		{text, "text/html", router + "text/plain, " + all},
		{text, "text/plain", handler + all},
		{noTables, asTable, handler + all},
		{custom, "text/html", handler + all},
		{custom, MediaProtobuf, handler + all},
	}
	for _, tt := range tests {
		_, err := Negotiate(request(tt.accept, ""), tt.codec)
		requireStatus(t, err, http.StatusNotAcceptable, tt.answer)
	}
}

func TestWriteObject(t *testing.T) {
	codec := builtinCodec(t, "ConfigMap")
	const stored = `{apiVersion: v1, kind: ConfigMap, metadata: {name: a, resourceVersion: "7"}, data: {b: c}}`
	tests := []struct{ accept, mediaType, want string }{
		{"", MediaJSON, `{"kind":"ConfigMap","apiVersion":"v1","data":{"b":"c"},"metadata":{"name":"a","resourceVersion":"7"}}` + "\n"},
		{MediaYAML, MediaYAML, "apiVersion: v1\ndata:\n  b: c\nkind: ConfigMap\nmetadata:\n  name: a\n  resourceVersion: \"7\"\n"},
		{asMetadata, MediaJSON, `{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadata","metadata":{"name":"a","resourceVersion":"7"}}` + "\n"},
	}
	for _, tt := range tests {
		mediaType, body := answer(t, func(w http.ResponseWriter) error {
			return encoder(t, codec, tt.accept, "").WriteObject(w, http.StatusOK, object(t, stored))
		})
		assert.Equal(t, tt.mediaType, mediaType)
		assert.Equal(t, tt.want, body)
	}
	err := encoder(t, codec, asMetadataList, "").WriteObject(nil, http.StatusOK, object(t, stored))
	requireStatus(t, err, http.StatusNotAcceptable, "the requested object is not a list")
	err = encoder(t, customCodec(t), asMetadataList, "").WriteObject(nil, http.StatusOK, object(t, stored))
	require.EqualError(t, err, "content is not a list")
}

func TestWriteList(t *testing.T) {
	codec, custom := builtinCodec(t, "ConfigMap"), customCodec(t)
	const stored = `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {b: c}}`
	const site = `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`
	more := int64(3)
	tests := []struct {
		name    string
		codec   Codec
		accept  string
		objects []string
		meta    ListMeta
		want    string
	}{
		{"items of built-in kinds do not say their kind", codec, "", []string{stored, stored}, ListMeta{Version: "9"}, `
			{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[{"data":{"b":"c"},"metadata":{"name":"a"}},{"data":{"b":"c"},"metadata":{"name":"a"}}]}`},
		{"an empty list", codec, "", nil, ListMeta{Version: "9"}, `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[]}`},
		{"a page", codec, "", nil, ListMeta{Version: "9", Next: "token", Remaining: &more}, `
			{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"token","remainingItemCount":3},"items":[]}`},
		{"custom items do, and their lists say that there is no next page", custom, "", []string{site}, ListMeta{Version: "9"}, `
			{"kind":"SiteList","apiVersion":"example.com/v1","metadata":{"resourceVersion":"9","continue":""},"items":[{"kind":"Site","apiVersion":"example.com/v1","metadata":{"name":"a"}}]}`},
		{"metadata of custom ones says nothing of it", custom, asMetadataList, []string{site}, ListMeta{Version: "9"}, `
			{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1beta1","metadata":{"resourceVersion":"9"},
			 "items":[{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1beta1","metadata":{"name":"a"}}]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var objects []*Object
			for _, text := range tt.objects {
				objects = append(objects, object(t, text))
			}
			_, body := answer(t, func(w http.ResponseWriter) error {
				return encoder(t, tt.codec, tt.accept, "").WriteList(w, objects, tt.meta)
			})
			assert.JSONEq(t, tt.want, body)
		})
	}
	err := encoder(t, codec, asMetadata, "").WriteList(nil, nil, ListMeta{})
	requireStatus(t, err, http.StatusNotAcceptable, "the requested object is a list")
}

func TestObjectsAreEncodedOnceForTheFirstVersion(t *testing.T) {
	v1, v2 := customCodec(t).Resource, customCodec(t).Resource
	v2.Version = "v2"
	o := object(t, `{apiVersion: example.com/v1, kind: Site, spec: {region: west}}`)
	first, err := o.encode(v1)
	require.NoError(t, err)
	other, err := o.encode(v2)
	require.NoError(t, err)
	again, err := o.encode(v1)
	require.NoError(t, err)
	assert.Same(t, first, again)
	assert.JSONEq(t, `{"kind":"Site","apiVersion":"example.com/v2","spec":{"region":"west"}}`, string(other.json))
	assert.Same(t, &o.Unstructured, o.In(v1), "the stored version needs no copy")
	assert.Equal(t, "example.com/v2", o.In(v2).GetAPIVersion())
	assert.Equal(t, "example.com/v1", o.GetAPIVersion(), "the stored object does not change")
}
