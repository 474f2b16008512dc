package encode

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// builtinCodec is for a kind of the core group, which has a Go type and a form in protobuf.
func builtinCodec(t *testing.T, kind string) Codec {
	t.Helper()
	scheme := runtime.NewScheme()
	require.NoError(t, corev1.AddToScheme(scheme))
	r := &kinds.Resource{GroupVersionKind: corev1.SchemeGroupVersion.WithKind(kind)}
	r.Complete(scheme, nil)
	require.NotNil(t, r.Type)
	return Codec{Resource: r, Types: NewTypes(scheme)}
}

// customCodec returns a codec for sites.example.com, which has a schema and no Go type. A site has a region, by default
// east, and a size.
func customCodec(t *testing.T) Codec {
	t.Helper()
	d, err := kinds.ReadDefinition(content(t, `
metadata: {name: sites.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: sites, kind: Site, shortNames: [st]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {region: {type: string, default: east}, size: {type: integer}}}}
    additionalPrinterColumns:
    - {name: Region, type: string, jsonPath: .spec.region}
    - {name: Ports, type: integer, jsonPath: .ports}
`))
	require.NoError(t, err)
	all, err := d.Resources()
	require.NoError(t, err)
	return Codec{Resource: all[0], Types: NewTypes(nil)}
}

// content reads YAML; whole numbers are int64.
func content(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, utiljson.Unmarshal(data, &read))
	return read
}

func object(t *testing.T, text string) *Object {
	t.Helper()
	return NewObject(&unstructured.Unstructured{Object: content(t, text)})
}

// encoder negotiates a form. The query is that of the request's URL.
func encoder(t *testing.T, codec Codec, accept, query string) Encoder {
	t.Helper()
	e, err := Negotiate(request(accept, query), codec)
	require.NoError(t, err)
	return e
}

func request(accept, query string) *http.Request {
	req := &http.Request{Header: http.Header{}, URL: &url.URL{RawQuery: query}}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	return req
}

// answer returns the media type and the body that write writes.
func answer(t *testing.T, write func(w http.ResponseWriter) error) (mediaType, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	require.NoError(t, write(w))
	return w.Header().Get("Content-Type"), w.Body.String()
}

// requireStatus checks the code and the message of an error.
func requireStatus(t *testing.T, err error, code int, message string) {
	t.Helper()
	var status apierrors.APIStatus
	require.ErrorAs(t, err, &status)
	assert.Equal(t, code, int(status.Status().Code))
	assert.Contains(t, err.Error(), message)
}

var siteKind = schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Site"}
