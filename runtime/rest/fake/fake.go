package fake

import (
	"net/http"
	"net/url"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/rest"
)

// CreateHTTPClient returns an HTTP client whose requests roundTripper answers.
func CreateHTTPClient(roundTripper func(*http.Request) (*http.Response, error)) *http.Client {
	return &http.Client{Transport: roundTripperFunc(roundTripper)}
}

type roundTripperFunc func(*http.Request) (*http.Response, error)

func (f roundTripperFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// RESTClient is a rest.Interface whose requests reach no server: they end with Err, else go to Client, else are answered
// with Resp. It needs a NegotiatedSerializer; one RESTClient serves one goroutine.
type RESTClient struct {
	// NegotiatedSerializer encodes and decodes.
	NegotiatedSerializer runtime.NegotiatedSerializer
	// GroupVersion is what the client speaks.
	GroupVersion schema.GroupVersion
	// VersionedAPIPath is the path before the resource, such as "/api/v1".
	VersionedAPIPath string

	// Err ends all requests where it is set; Req is not set then.
	Err error
	// Req is the last request that was sent.
	Req *http.Request
	// Client answers requests where it is set.
	Client *http.Client
	// Resp answers requests otherwise. Its body can be read once.
	Resp *http.Response
}

var _ rest.Interface = (*RESTClient)(nil)

// Get begins a request that reads.
func (c *RESTClient) Get() *rest.Request { return c.Verb(http.MethodGet) }

// Put begins a request that replaces.
func (c *RESTClient) Put() *rest.Request { return c.Verb(http.MethodPut) }

// Patch begins a request that changes a part; the body is of the given type.
func (c *RESTClient) Patch(pt types.PatchType) *rest.Request {
	return c.Verb(http.MethodPatch).SetHeader("Content-Type", string(pt))
}

// Post begins a request that creates.
func (c *RESTClient) Post() *rest.Request { return c.Verb(http.MethodPost) }

// Delete begins a request that deletes.
func (c *RESTClient) Delete() *rest.Request { return c.Verb(http.MethodDelete) }

// Verb begins a request with any method.
func (c *RESTClient) Verb(verb string) *rest.Request { return c.Request().Verb(verb) }

// APIVersion returns GroupVersion.
func (c *RESTClient) APIVersion() schema.GroupVersion { return c.GroupVersion }

// GetRateLimiter returns nil: nothing is limited.
func (c *RESTClient) GetRateLimiter() flowcontrol.RateLimiter { return nil }

// Request begins a request to https://localhost in JSON.
func (c *RESTClient) Request() *rest.Request {
	content := rest.ClientContentConfig{
		ContentType:  runtime.ContentTypeJSON,
		GroupVersion: c.GroupVersion,
		Negotiator:   runtime.NewClientNegotiator(c.NegotiatedSerializer, c.GroupVersion),
	}
	return rest.NewRequestWithClient(&url.URL{Scheme: "https", Host: "localhost"}, c.VersionedAPIPath, content, CreateHTTPClient(c.answer))
}

func (c *RESTClient) answer(req *http.Request) (*http.Response, error) {
	if c.Err != nil {
		return nil, c.Err
	}
	c.Req = req
	if c.Client != nil {
		return c.Client.Do(req) //nolint:gosec // the test says where requests go
	}
	return c.Resp, nil
}
