package metadata

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
)

// Client is an [Interface] that sends its requests through a REST client. It is safe for concurrent use.
type Client struct {
	client rest.Interface
}

var _ Interface = (*Client)(nil)

// ConfigFor returns a copy of the configuration that prefers protobuf and decodes metadata only.
func ConfigFor(inConfig *rest.Config) *rest.Config {
	config := rest.CopyConfig(inConfig)
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	config.ContentType = runtime.ContentTypeProtobuf
	config.NegotiatedSerializer = newSerializer()
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	return config
}

// NewForConfigOrDie is NewForConfig, but panics on an error.
func NewForConfigOrDie(c *rest.Config) Interface {
	client, err := NewForConfig(c)
	if err != nil {
		panic(err)
	}
	return client
}

// NewForConfig returns a client with an HTTP client built from the configuration.
func NewForConfig(inConfig *rest.Config) (Interface, error) {
	config := ConfigFor(inConfig)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return NewForConfigAndClient(config, httpClient)
}

// NewForConfigAndClient is NewForConfig with the caller's HTTP client, which takes precedence over the configuration's
// transport settings.
func NewForConfigAndClient(inConfig *rest.Config, h *http.Client) (Interface, error) {
	config := ConfigFor(inConfig)
	// Every request sets its absolute path.
	config.GroupVersion, config.APIPath = nil, ""
	client, err := rest.UnversionedRESTClientForConfigAndClient(config, h)
	if err != nil {
		return nil, err
	}
	return &Client{client: client}, nil
}

// Resource returns a client for a resource. It sends no request.
func (c *Client) Resource(resource schema.GroupVersionResource) Getter {
	return &resourceClient{client: c.client, resource: untyped.Resource{GroupVersionResource: resource}}
}
