package rest

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/internal/within"
	"github.com/typewright/typewright/runtime/metrics"
	"github.com/typewright/typewright/runtime/transport"
)

// Interface is the part of a REST client that typed, dynamic and discovery clients use.
type Interface interface {
	// GetRateLimiter returns what paces the requests; nil means that nothing does.
	GetRateLimiter() flowcontrol.RateLimiter
	// Verb begins a request with an HTTP method, such as "GET". The methods that follow are Verb with their own.
	Verb(verb string) *Request
	Post() *Request
	Put() *Request
	// Patch begins a request whose body is a patch of this type.
	Patch(pt types.PatchType) *Request
	Get() *Request
	Delete() *Request
	// APIVersion returns the group and the version that the client is for.
	APIVersion() schema.GroupVersion
}

// ClientContentConfig says how a RESTClient encodes and decodes.
type ClientContentConfig struct {
	// AcceptContentTypes is the Accept header; empty means ContentType.
	AcceptContentTypes string
	// ContentType is the media type of bodies sent; empty means JSON.
	ContentType string
	// GroupVersion is the API version of the client.
	GroupVersion schema.GroupVersion
	// Negotiator finds encoder and decoder for a media type.
	Negotiator runtime.ClientNegotiator
}

// RESTClient sends requests to one group and version of one server. It is safe for concurrent use.
type RESTClient struct {
	base        *url.URL
	prefix      string // the path of the group and version
	err         error  // what is wrong with the path, and so with every request
	content     ClientContentConfig
	rateLimiter flowcontrol.RateLimiter
	newBackoff  func() BackoffManagerWithContext
	warnings    WarningHandlerWithContext

	maxResponse int64 // as Config.MaxResponseBytes

	contentTypeDefaulted bool
	accept               []string
	decoders             decoders
	encoder              JSONEncoder // of generated types; nil if there is none
	waitLog              logLimit

	// Client sends the requests; nil means http.DefaultClient. Set it before the first request.
	Client *http.Client
}

var _ Interface = (*RESTClient)(nil)

// NewRESTClient returns a client for the paths below baseURL and versionedAPIPath. A nil rateLimiter lets everything
// through, a nil client is http.DefaultClient. KUBE_CLIENT_BACKOFF_BASE and KUBE_CLIENT_BACKOFF_DURATION, in seconds, make
// requests wait longer and longer while the server fails. It fails if versionedAPIPath leads out of the path of baseURL.
func NewRESTClient(baseURL *url.URL, versionedAPIPath string, config ClientContentConfig, rateLimiter flowcontrol.RateLimiter, client *http.Client) (*RESTClient, error) {
	metrics.EnsureRegistered()
	base := *baseURL
	if !strings.HasSuffix(base.Path, "/") {
		base.Path += "/"
	}
	base.RawQuery, base.Fragment = "", ""
	c := newRESTClient(&base, versionedAPIPath, config, client)
	c.rateLimiter = rateLimiter
	c.newBackoff = backoffFromEnvironment()
	return c, c.err
}

// newRESTClient computes what all requests of a client share.
func newRESTClient(base *url.URL, versionedAPIPath string, config ClientContentConfig, client *http.Client) *RESTClient {
	c := &RESTClient{base: base, content: config, Client: client}
	if c.content.ContentType == "" {
		c.content.ContentType = runtime.ContentTypeJSON
		c.contentTypeDefaulted = true
	}
	c.accept = []string{c.content.AcceptContentTypes}
	if c.content.AcceptContentTypes == "" {
		c.accept = []string{c.content.ContentType + ", */*"}
	}
	root := ""
	if base != nil {
		root = base.Path
	}
	if !strings.HasPrefix(root, "/") {
		root = "/" + root
	}
	c.prefix, c.err = within.Path(root, versionedAPIPath)
	return c
}

// EndsWithContext reports whether requests, and reads of their answers, return soon after their context has ended, whatever the server
// does. They do if the client has no round tripper of the program, which may ignore the context.
func (c *RESTClient) EndsWithContext() bool {
	client := c.Client
	return client != nil && client.Jar == nil && transport.EndsWithContext(client.Transport)
}

// EndsWithContext is [RESTClient.EndsWithContext] of a client that has it, and false for another.
func EndsWithContext(c Interface) bool {
	knows, ok := c.(interface{ EndsWithContext() bool })
	return ok && knows.EndsWithContext()
}

// GetRateLimiter returns the limiter that requests wait for, or nil.
func (c *RESTClient) GetRateLimiter() flowcontrol.RateLimiter {
	if c == nil {
		return nil
	}
	return c.rateLimiter
}

// APIVersion returns the group and version of the client.
func (c *RESTClient) APIVersion() schema.GroupVersion { return c.content.GroupVersion }

// Verb begins a request with any HTTP method.
func (c *RESTClient) Verb(verb string) *Request { return NewRequest(c).Verb(verb) }

// Post begins a request that creates.
func (c *RESTClient) Post() *Request { return c.Verb(http.MethodPost) }

// Put begins a request that replaces.
func (c *RESTClient) Put() *Request { return c.Verb(http.MethodPut) }

// Patch begins a request that changes a part; the body is of the given type.
func (c *RESTClient) Patch(pt types.PatchType) *Request {
	return c.Verb(http.MethodPatch).SetHeader("Content-Type", string(pt))
}

// Get begins a request that reads, lists or watches.
func (c *RESTClient) Get() *Request { return c.Verb(http.MethodGet) }

// Delete begins a request that deletes.
func (c *RESTClient) Delete() *Request { return c.Verb(http.MethodDelete) }

// RESTClientFor returns a client for the group and version of config. It fails if config has no GroupVersion or no
// NegotiatedSerializer, if its Host is neither a URL nor host:port, and if [TransportFor] fails. It sends nothing.
func RESTClientFor(config *Config) (*RESTClient, error) {
	httpClient, err := HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return RESTClientForConfigAndClient(config, httpClient)
}

// RESTClientForConfigAndClient is RESTClientFor with the caller's HTTP client, whose transport and timeout replace those
// of config.
func RESTClientForConfigAndClient(config *Config, httpClient *http.Client) (*RESTClient, error) {
	if config.GroupVersion == nil {
		return nil, errors.New("GroupVersion is required when initializing a RESTClient")
	}
	return clientFor(config, *config.GroupVersion, httpClient)
}

// UnversionedRESTClientFor returns a client for paths that belong to no version, such as those of discovery. It fails as
// RESTClientFor does, but needs no GroupVersion.
func UnversionedRESTClientFor(config *Config) (*RESTClient, error) {
	httpClient, err := HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return UnversionedRESTClientForConfigAndClient(config, httpClient)
}

// UnversionedRESTClientForConfigAndClient is UnversionedRESTClientFor with the caller's HTTP client.
func UnversionedRESTClientForConfigAndClient(config *Config, httpClient *http.Client) (*RESTClient, error) {
	gv := schema.GroupVersion{Version: "v1"}
	if config.GroupVersion != nil {
		gv = *config.GroupVersion
	}
	return clientFor(config, gv, httpClient)
}

func clientFor(config *Config, gv schema.GroupVersion, httpClient *http.Client) (*RESTClient, error) {
	if config.NegotiatedSerializer == nil {
		return nil, errors.New("NegotiatedSerializer is required when initializing a RESTClient")
	}
	base, apiPath, err := DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	client, err := NewRESTClient(base, apiPath, ClientContentConfig{
		AcceptContentTypes: config.AcceptContentTypes,
		ContentType:        config.ContentType,
		GroupVersion:       gv,
		Negotiator:         runtime.NewClientNegotiator(withSchemeDecoders(config.NegotiatedSerializer, gv), gv),
	}, rateLimiterFor(config), httpClient)
	if err != nil {
		return nil, err
	}
	client.maxResponse = config.MaxResponseBytes
	client.decoders.json, _ = config.NegotiatedSerializer.(JSONDecoder)
	client.encoder, _ = config.NegotiatedSerializer.(JSONEncoder)
	client.warnings = warningHandlerOf(config.WarningHandler, config.WarningHandlerWithContext)
	return client, nil
}

// ForVersion returns a client of another group-version of the same server, which shares the HTTP client, the rate limiter and the
// handler of warnings with c. It asks for JSON and decodes with serializer. It fails if c is nil.
func (c *RESTClient) ForVersion(gv schema.GroupVersion, serializer runtime.NegotiatedSerializer) (*RESTClient, error) {
	if c == nil {
		return nil, errors.New("there is no REST client")
	}
	root := "apis"
	if gv.Group == "" {
		root = "api"
	}
	other := newRESTClient(c.base, path.Join("/", root, gv.Group, gv.Version), ClientContentConfig{
		AcceptContentTypes: runtime.ContentTypeJSON,
		ContentType:        runtime.ContentTypeJSON,
		GroupVersion:       gv,
		Negotiator:         runtime.NewClientNegotiator(serializer, gv),
	}, c.Client)
	other.rateLimiter, other.newBackoff, other.warnings, other.maxResponse = c.rateLimiter, c.newBackoff, c.warnings, c.maxResponse
	other.decoders.json, _ = serializer.(JSONDecoder)
	other.encoder, _ = serializer.(JSONEncoder)
	return other, other.err
}

// rateLimiterFor returns nil for a client without limit.
func rateLimiterFor(config *Config) flowcontrol.RateLimiter {
	if config.RateLimiter != nil {
		return config.RateLimiter
	}
	qps, burst := config.QPS, config.Burst
	if qps == 0 {
		qps = DefaultQPS
	}
	if burst == 0 {
		burst = DefaultBurst
	}
	if qps < 0 {
		return nil
	}
	return flowcontrol.NewTokenBucketRateLimiter(qps, burst)
}

// CodecFactoryForGeneratedClient returns codecs. Generated clients call it, so that it can add to them one day.
func CodecFactoryForGeneratedClient(_ *runtime.Scheme, codecs serializer.CodecFactory) serializer.CodecFactory {
	return codecs
}
