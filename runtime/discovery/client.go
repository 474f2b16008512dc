package discovery

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/version"

	"github.com/typewright/typewright/runtime/internal/webpage"
	"github.com/typewright/typewright/runtime/openapi"
	"github.com/typewright/typewright/runtime/rest"
)

const (
	// defaultTimeout is the timeout of requests if the configuration sets none.
	defaultTimeout = 32 * time.Second
	// defaultBurst is the burst if the configuration sets none: enough for one request a group-version of a large
	// cluster.
	defaultBurst = 300
	// acceptOpenAPIV2 requests the OpenAPI v2 document in protobuf, which is much smaller than JSON.
	acceptOpenAPIV2 = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
)

// DiscoveryClient sends requests for every call; it has no cache. It is safe for concurrent use, as long as its fields
// do not change.
type DiscoveryClient struct {
	restClient rest.Interface

	// LegacyPrefix is the path of the core group, "/api". Empty means that the server does not have it.
	LegacyPrefix string
	// UseLegacyDiscovery requests unaggregated documents only.
	UseLegacyDiscovery bool
	// NoPeerDiscovery requests only what the responding server itself serves, without its peers, to inspect one server
	// of several.
	NoPeerDiscovery bool
}

var (
	_ DiscoveryInterfaces                     = (*DiscoveryClient)(nil)
	_ AggregatedDiscoveryInterface            = (*DiscoveryClient)(nil)
	_ AggregatedDiscoveryInterfaceWithContext = (*DiscoveryClient)(nil)
)

// NewDiscoveryClientForConfig returns a client for a copy of the configuration, with an HTTP client built from it. The
// timeout defaults to 32 seconds, the burst to 300.
func NewDiscoveryClientForConfig(c *rest.Config) (*DiscoveryClient, error) {
	config := withDefaults(c)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return NewDiscoveryClientForConfigAndClient(config, httpClient)
}

// NewDiscoveryClientForConfigAndClient is NewDiscoveryClientForConfig with the caller's HTTP client, which takes
// precedence over the configuration's transport settings.
func NewDiscoveryClientForConfigAndClient(c *rest.Config, httpClient *http.Client) (*DiscoveryClient, error) {
	client, err := rest.UnversionedRESTClientForConfigAndClient(withDefaults(c), httpClient)
	if err != nil {
		return nil, err
	}
	return NewDiscoveryClient(client), nil
}

// NewDiscoveryClientForConfigOrDie is NewDiscoveryClientForConfig, but panics on an error.
func NewDiscoveryClientForConfigOrDie(c *rest.Config) *DiscoveryClient {
	client, err := NewDiscoveryClientForConfig(c)
	if err != nil {
		panic(err)
	}
	return client
}

// NewDiscoveryClient returns a client that sends its requests through c.
func NewDiscoveryClient(c rest.Interface) *DiscoveryClient {
	return &DiscoveryClient{restClient: c, LegacyPrefix: "/api"}
}

// withDefaults returns a copy of the configuration with the defaults of discovery. Discovery decodes its documents
// itself; the serializer only decodes the server's errors.
func withDefaults(c *rest.Config) *rest.Config {
	config := rest.CopyConfig(c)
	config.APIPath = ""
	config.GroupVersion = nil
	if config.Timeout == 0 {
		config.Timeout = defaultTimeout
	}
	if config.Burst == 0 {
		config.Burst = defaultBurst
	}
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	return config
}

// RESTClient returns the client that sends the requests, or nil for a nil client.
func (d *DiscoveryClient) RESTClient() rest.Interface {
	if d == nil {
		return nil
	}
	return d.restClient
}

// WithLegacy returns a copy that requests unaggregated documents only.
func (d *DiscoveryClient) WithLegacy() DiscoveryInterface { return d.legacy() }

// WithLegacyWithContext returns a copy that requests unaggregated documents only.
func (d *DiscoveryClient) WithLegacyWithContext(context.Context) DiscoveryInterfaceWithContext {
	return d.legacy()
}

func (d *DiscoveryClient) legacy() *DiscoveryClient {
	client := *d
	client.UseLegacyDiscovery = true
	return &client
}

// ServerVersion is ServerVersionWithContext with an empty context.
func (d *DiscoveryClient) ServerVersion() (*version.Info, error) {
	return d.ServerVersionWithContext(context.Background())
}

// ServerVersionWithContext returns the version that the server was built from.
func (d *DiscoveryClient) ServerVersionWithContext(ctx context.Context) (*version.Info, error) {
	result := d.restClient.Get().AbsPath("/version").Do(ctx)
	if err := result.Error(); err != nil {
		return nil, err
	}
	data, _ := result.Raw()
	info := &version.Info{}
	if err := json.Unmarshal(data, info); err != nil {
		return nil, fmt.Errorf("unable to parse the server version: %w", webpage.Explain(err, "", data))
	}
	return info, nil
}

// OpenAPISchema is OpenAPISchemaWithContext with an empty context.
func (d *DiscoveryClient) OpenAPISchema() (*openapi_v2.Document, error) {
	return d.OpenAPISchemaWithContext(context.Background())
}

// OpenAPISchemaWithContext returns the OpenAPI v2 document, which has several megabytes on a real server.
func (d *DiscoveryClient) OpenAPISchemaWithContext(ctx context.Context) (*openapi_v2.Document, error) {
	data, err := d.restClient.Get().AbsPath("/openapi/v2").SetHeader("Accept", acceptOpenAPIV2).DoRaw(ctx)
	if err != nil {
		return nil, err
	}
	document := &openapi_v2.Document{}
	if err := proto.Unmarshal(data, document); err != nil {
		return nil, fmt.Errorf("the server's OpenAPI v2 document is malformed: %w", webpage.Explain(err, "", data))
	}
	return document, nil
}

// OpenAPIV3 returns a client that fetches OpenAPI v3 documents one by one.
func (d *DiscoveryClient) OpenAPIV3() openapi.Client { return openapi.NewClient(d.restClient) }

// OpenAPIV3WithContext returns a client that fetches OpenAPI v3 documents one by one.
func (d *DiscoveryClient) OpenAPIV3WithContext(context.Context) openapi.ClientWithContext {
	return openapi.NewClientWithContext(d.restClient)
}
