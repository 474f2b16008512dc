package dynamic

import (
	"net/http"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
)

// DynamicClient is an [Interface] that sends its requests through a REST client. It is safe for concurrent use.
type DynamicClient struct {
	client rest.Interface
}

var _ Interface = (*DynamicClient)(nil)

// ConfigFor returns a copy of the configuration that uses JSON and decodes all kinds as unstructured objects.
func ConfigFor(inConfig *rest.Config) *rest.Config {
	config := rest.CopyConfig(inConfig)
	config.ContentType = runtime.ContentTypeJSON
	config.AcceptContentTypes = runtime.ContentTypeJSON
	config.NegotiatedSerializer = newSerializer()
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	return config
}

// New returns a client that sends its requests through c. The serializer of c must decode all kinds as unstructured
// objects, as that of [ConfigFor] does.
func New(c rest.Interface) *DynamicClient { return &DynamicClient{client: c} }

// NewForConfigOrDie is NewForConfig, but panics on an error.
func NewForConfigOrDie(c *rest.Config) *DynamicClient {
	client, err := NewForConfig(c)
	if err != nil {
		panic(err)
	}
	return client
}

// NewForConfig returns a client with an HTTP client built from the configuration.
func NewForConfig(inConfig *rest.Config) (*DynamicClient, error) {
	config := ConfigFor(inConfig)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return NewForConfigAndClient(config, httpClient)
}

// NewForConfigAndClient is NewForConfig with the caller's HTTP client, which takes precedence over the configuration's
// transport settings.
func NewForConfigAndClient(inConfig *rest.Config, h *http.Client) (*DynamicClient, error) {
	config := ConfigFor(inConfig)
	// Every request sets its absolute path.
	config.GroupVersion, config.APIPath = nil, ""
	client, err := rest.UnversionedRESTClientForConfigAndClient(config, h)
	if err != nil {
		return nil, err
	}
	return New(client), nil
}

// Resource returns a client for a resource. It sends no request.
func (c *DynamicClient) Resource(resource schema.GroupVersionResource) NamespaceableResourceInterface {
	return &resourceClient{client: c.client, resource: untyped.Resource{GroupVersionResource: resource}}
}

// newSerializer returns a serializer for JSON that decodes options and statuses as Go types, and everything else as
// unstructured objects.
func newSerializer() runtime.NegotiatedSerializer {
	return untyped.Serializer{
		Scheme: untyped.NewScheme(),
		Unknown: func(kind schema.GroupVersionKind) runtime.Object {
			obj := &unstructured.Unstructured{}
			obj.SetGroupVersionKind(kind)
			return obj
		},
	}
}
