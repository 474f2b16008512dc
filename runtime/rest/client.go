package rest

import (
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/internal/within"
	"github.com/typewright/typewright/runtime/metrics"
)

// Interface is what typed, dynamic and discovery clients need of a REST client.
type Interface interface {
	GetRateLimiter() flowcontrol.RateLimiter
	Verb(verb string) *Request
	Post() *Request
	Put() *Request
	Patch(pt types.PatchType) *Request
	Get() *Request
	Delete() *Request
	APIVersion() schema.GroupVersion
}

// ClientContentConfig says how a RESTClient encodes and decodes.
type ClientContentConfig struct {
	// AcceptContentTypes is the Accept header; empty means ContentType.
	AcceptContentTypes string
	// ContentType is the media type of bodies sent; empty means JSON.
	ContentType string
	// GroupVersion is what the client speaks.
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
	complaints           complaints

	// Client sends the requests; nil means http.DefaultClient. Set it before the first request.
	Client *http.Client
}

var _ Interface = (*RESTClient)(nil)

// NewRESTClient returns a client for the paths below baseURL and versionedAPIPath. A nil rateLimiter lets everything
// through, a nil client is http.DefaultClient. KUBE_CLIENT_BACKOFF_BASE and KUBE_CLIENT_BACKOFF_DURATION, in seconds, have
// its requests wait ever longer while the server fails. It fails where versionedAPIPath leads out of the path of baseURL.
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

// newRESTClient works out what all requests of a client have in common.
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

// GetRateLimiter returns the limiter that requests wait for, nil where there is none.
func (c *RESTClient) GetRateLimiter() flowcontrol.RateLimiter {
	if c == nil {
		return nil
	}
	return c.rateLimiter
}

// APIVersion returns the group and version that the client speaks.
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
