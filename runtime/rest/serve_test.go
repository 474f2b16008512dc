package rest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

func codecs() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(scheme))
	return serializer.NewCodecFactory(scheme)
}

// configFor returns a configuration for core/v1 at host, with a transport that is closed when the test ends.
func configFor(t *testing.T, host string) *Config {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &Config{
		Host: host, APIPath: "/api", QPS: -1, Transport: transport, WarningHandler: NoWarnings{},
		ContentConfig: ContentConfig{GroupVersion: &corev1.SchemeGroupVersion, NegotiatedSerializer: codecs().WithoutConversion()},
	}
}

// serve starts a server with handler and returns a client for it.
func serve(t *testing.T, handler http.HandlerFunc) *RESTClient {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := RESTClientFor(configFor(t, server.URL))
	require.NoError(t, err)
	return client
}

// answer writes a JSON document.
func answer(w http.ResponseWriter, code int, document string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprint(w, document)
}

const pod = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"default"}}`

func status(code int, reason string) string {
	return fmt.Sprintf(`{"apiVersion":"v1","kind":"Status","status":"Failure","code":%d,"reason":%q,"message":"no luck"}`, code, reason)
}
