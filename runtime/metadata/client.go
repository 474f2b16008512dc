package metadata

import (
	"net/http"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
)

// Client is an [Interface] over a REST client. It is safe for use by many goroutines at once.
type Client struct {
	client rest.Interface
}

var _ Interface = (*Client)(nil)

// ConfigFor returns a copy of the configuration that prefers protobuf and reads metadata.
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

// NewForConfigOrDie is NewForConfig for programs that cannot go on without: it panics on an error.
func NewForConfigOrDie(c *rest.Config) Interface {
	client, err := NewForConfig(c)
	if err != nil {
		panic(err)
	}
	return client
}

// NewForConfig returns a client with a connection of its own, made from the configuration.
func NewForConfig(inConfig *rest.Config) (Interface, error) {
	config := ConfigFor(inConfig)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return NewForConfigAndClient(config, httpClient)
}

// NewForConfigAndClient is NewForConfig over an HTTP client, which takes precedence over the configuration's transport
// settings.
func NewForConfigAndClient(inConfig *rest.Config, h *http.Client) (Interface, error) {
	config := ConfigFor(inConfig)
	// Every request names its whole path.
	config.GroupVersion, config.APIPath = nil, ""
	client, err := rest.UnversionedRESTClientForConfigAndClient(config, h)
	if err != nil {
		return nil, err
	}
	return &Client{client: client}, nil
}

// Resource returns a client for a resource; no request is sent.
func (c *Client) Resource(resource schema.GroupVersionResource) Getter {
	return &resourceClient{client: c.client, resource: untyped.Resource{GroupVersionResource: resource}}
}
