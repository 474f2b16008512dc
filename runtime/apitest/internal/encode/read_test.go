package encode

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// texts are the messages of errors.
func texts(errs []error) (all []string) {
	for _, err := range errs {
		all = append(all, err.Error())
	}
	return all
}

func TestRead(t *testing.T) {
	builtin, custom := builtinCodec(t, "ConfigMap"), customCodec(t)
	tests := []struct {
		name        string
		codec       Codec
		given, want string
		found       []string
	}{
		{
			"a Go type keeps the fields that it has", builtin, `{"metadata":{"name":"a"},"data":{"b":"c"},"colour":"red"}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {b: c}}`,
			[]string{`unknown field "colour"`},
		},
		{
			"the last of repeated fields counts", builtin, `{"data":{"b":"c"},"data":{"d":"e"}}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {}, data: {b: c, d: e}}`,
			[]string{`duplicate field "data"`},
		},
		{
			"names of fields count upper and lower case", builtin, `{"Data":{"b":"c"}}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {}}`,
			[]string{`unknown field "Data"`},
		},
		{
			"a document's kind gives way to the resource's", builtin, `{"apiVersion":"v9","kind":"Other"}`,
			`{apiVersion: v1, kind: ConfigMap, metadata: {}}`, nil,
		},
		{
			"a schema prunes and defaults", custom, `{"metadata":{"name":"a"},"spec":{"size":3,"colour":"red"}}`,
			`{apiVersion: example.com/v1, kind: Site, metadata: {name: a}, spec: {size: 3, region: east}}`,
			[]string{`unknown field "spec.colour"`},
		},
		{
			"metadata has a type everywhere", custom, `{"metadata":{"name":"a","colour":"red"}}`,
			`{apiVersion: example.com/v1, kind: Site, metadata: {name: a}}`,
			[]string{`unknown field "metadata.colour"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, found, err := tt.codec.Read([]byte(tt.given), true)
			require.NoError(t, err)
			unsetCreation(u.Object)
			assert.Equal(t, content(t, tt.want), u.Object)
			assert.Equal(t, tt.found, texts(found))

			lenient, found, err := tt.codec.Read([]byte(tt.given), false)
			require.NoError(t, err)
			unsetCreation(lenient.Object)
			assert.Equal(t, u.Object, lenient.Object)
			assert.Empty(t, found)
		})
	}
}

// unsetCreation removes the null that apimachinery's converter writes for a missing time.
func unsetCreation(content map[string]any) {
	if metadata, ok := content["metadata"].(map[string]any); ok && metadata["creationTimestamp"] == nil {
		delete(metadata, "creationTimestamp")
	}
}

func TestReadWithoutSchemaKeepsEverything(t *testing.T) {
	codec := customCodec(t)
	codec.Resource.Schema = nil
	u, found, err := codec.Read([]byte(`{"colour":{"red":1}}`), true)
	require.NoError(t, err)
	assert.Empty(t, found)
	assert.Equal(t, map[string]any{"red": int64(1)}, u.Object["colour"])
}

func TestReadFails(t *testing.T) {
	for given, want := range map[string]string{
		`null`:                      "expected an object",
		`[1]`:                       "cannot unmarshal array",
		`{"metadata":1}`:            "cannot unmarshal number into Go value of type v1.ObjectMeta",
		`{"metadata":{"name":1}}`:   "cannot unmarshal number into Go struct field ObjectMeta.name of type string",
		`{"metadata":{"labels":1}}`: "cannot unmarshal number into Go struct field ObjectMeta.labels",
	} {
		_, _, err := customCodec(t).Read([]byte(given), false)
		assert.ErrorContains(t, err, want, given)
	}
}

func TestKindOf(t *testing.T) {
	builtin, custom := builtinCodec(t, "ConfigMap"), customCodec(t)
	tests := []struct {
		codec Codec
		given string
		want  schema.GroupVersionKind
		fails string
	}{
		{builtin, `{}`, corev1.SchemeGroupVersion.WithKind("ConfigMap"), ""},
		{builtin, `{"kind":"Secret"}`, corev1.SchemeGroupVersion.WithKind("Secret"), ""},
		{builtin, `{"apiVersion":"apps/v1","kind":"Deployment"}`, schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}, ""},
		{builtin, `{"apiVersion":"a/b/c"}`, schema.GroupVersionKind{}, "unexpected GroupVersion string: a/b/c"},
		{builtin, `{`, schema.GroupVersionKind{}, "couldn't get version/kind; json parse error: unexpected end of JSON input"},
		{builtin, `{"kind":1}`, schema.GroupVersionKind{}, "json parse error: json: cannot unmarshal number into Go struct field .kind of type string"},
		{custom, `{"apiVersion":"example.com/v1","kind":"Site"}`, siteKind, ""},
		{custom, `{"kind":"Site"}`, schema.GroupVersionKind{Kind: "Site"}, ""},
		{custom, `{"apiVersion":"example.com/v1"}`, schema.GroupVersionKind{}, "Object 'Kind' is missing in '{\"apiVersion\":\"example.com/v1\"}'"},
	}
	for _, tt := range tests {
		got, err := tt.codec.KindOf([]byte(tt.given))
		if tt.fails != "" {
			assert.ErrorContains(t, err, tt.fails, tt.given)
			continue
		}
		if assert.NoError(t, err, tt.given) {
			assert.Equal(t, tt.want, got, tt.given)
		}
	}
}

func TestBodyToJSON(t *testing.T) {
	builtin, custom := builtinCodec(t, "ConfigMap"), customCodec(t)
	data, err := builtin.JSON("application/json; charset=utf-8", []byte(`{"a":`))
	require.NoError(t, err)
	assert.Equal(t, `{"a":`, string(data), "JSON is not looked at")
	data, err = custom.JSON(MediaYAML, []byte("a: 1\n"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":1}`, string(data))

	_, err = builtin.JSON("", []byte(`{}`))
	requireStatus(t, err, http.StatusUnsupportedMediaType, "the request has no Content-Type")
	_, err = builtin.JSON("text/plain", []byte(`{}`))
	requireStatus(t, err, http.StatusUnsupportedMediaType, "accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf")
	_, err = custom.JSON(MediaProtobuf, nil)
	requireStatus(t, err, http.StatusUnsupportedMediaType, "unknown format")
	_, err = custom.JSON(MediaYAML, []byte("a: [\n"))
	requireStatus(t, err, http.StatusBadRequest, "(must be of type Site): couldn't get version/kind; yaml parse error")
	_, err = builtin.JSON(MediaProtobuf, []byte("{}"))
	requireStatus(t, err, http.StatusBadRequest, "(must be of type ConfigMap)")
}

func TestExcerpt(t *testing.T) {
	for body, want := range map[string]string{
		"": "<empty>", `{"a":1}`: `{"a":1}`, `{"a":"0123456789012345678901234567890"}`: `{"a":"012345678901234567890123 ...`, "\x00k": "006b",
	} {
		assert.Equal(t, want, excerpt([]byte(body)))
	}
}

func TestDeleteOptions(t *testing.T) {
	var opts metav1.DeleteOptions
	require.NoError(t, builtinCodec(t, "ConfigMap").DeleteOptions(MediaYAML, []byte("kind: DeleteOptions\napiVersion: v1\ngracePeriodSeconds: 4\n"), &opts))
	assert.Equal(t, new(int64(4)), opts.GracePeriodSeconds)
	err := builtinCodec(t, "ConfigMap").DeleteOptions(MediaJSON, []byte(`{"kind":"Pod","apiVersion":"v1"}`), &opts)
	requireStatus(t, err, http.StatusBadRequest, `no kind "Pod" is registered for version "v1"`)
	err = builtinCodec(t, "ConfigMap").DeleteOptions(MediaJSON, []byte(`{"gracePeriodSeconds":"x"}`), &opts)
	requireStatus(t, err, http.StatusBadRequest, "couldn't get version/kind; json parse error")
}

func TestDropBadMetadata(t *testing.T) {
	tests := []struct{ given, want string }{
		{`{metadata: {name: a, creationTimestamp: x, odd: 1, labels: {a: b}, generation: one}}`, `{metadata: {name: a, labels: {a: b}}}`},
		{`{metadata: {name: a}, kind: Site}`, `{metadata: {name: a}, kind: Site}`},
		{`{metadata: x}`, `{}`},
		{`{}`, `{}`},
	}
	for _, tt := range tests {
		got := content(t, tt.given)
		DropBadMetadata(got)
		assert.Equal(t, content(t, tt.want), got)
	}
}
