package typed

import (
	"net/http"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/rest"
)

// Group holds what the clients of one group-version share: the path of their requests, and the codecs of bodies and
// options. It registers the types of its own group-version only, so that a program that uses one group links no other.
//
// Generated packages keep a Group in a variable. It does no work before its first use, and is safe for concurrent use.
type Group struct {
	version  schema.GroupVersion
	codecs   func() (*groupCodecs, error)
	tables   []func() codec.Table
	encoders []func() codec.EncoderTable
}

type groupCodecs struct {
	serializer runtime.NegotiatedSerializer
	parameters runtime.ParameterCodec
}

// NewGroup returns the Group of a version. The addToScheme functions register its types and the types that its
// subresources exchange.
func NewGroup(version schema.GroupVersion, addToScheme ...func(*runtime.Scheme) error) *Group {
	g := &Group{version: version}
	g.codecs = sync.OnceValues(func() (*groupCodecs, error) { return g.makeCodecs(addToScheme) })
	return g
}

// WithDecoders decodes JSON with the generated decoders of tables, if they have one for the Go type, and returns the
// group. Do not call it once the group is in use.
func (g *Group) WithDecoders(tables ...func() codec.Table) *Group {
	g.tables = append(g.tables, tables...)
	return g
}

// WithEncoders writes the bodies of Create, Update and UpdateStatus requests in JSON with the generated encoders of tables, if they
// have one for the Go type, and returns the group. Do not call it once the group is in use.
func (g *Group) WithEncoders(tables ...func() codec.EncoderTable) *Group {
	g.encoders = append(g.encoders, tables...)
	return g
}

// makeCodecs returns usable codecs even with an error: they know the types registered before it.
func (g *Group) makeCodecs(addToScheme runtime.SchemeBuilder) (*groupCodecs, error) {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	err := addToScheme.AddToScheme(scheme)
	factory := rest.CodecFactoryForGeneratedClient(scheme, serializer.NewCodecFactory(scheme))
	return &groupCodecs{
		serializer: codec.Serializer{
			NegotiatedSerializer: factory.WithoutConversion(),
			Decoder:              codec.NewDecoder(tablesOf(g.tables)...), Encoder: codec.NewEncoder(tablesOf(g.encoders)...),
		},
		parameters: runtime.NewParameterCodec(scheme),
	}, err
}

// tablesOf calls the functions that return tables.
func tablesOf[T any](functions []func() T) []T {
	tables := make([]T, len(functions))
	for i, table := range functions {
		tables[i] = table()
	}
	return tables
}

// RESTClientFor returns a REST client of the group-version for the server and credentials of c, with an HTTP client
// built from c. It does not change c.
func (g *Group) RESTClientFor(c *rest.Config) (*rest.RESTClient, error) {
	config, err := g.configure(c)
	if err != nil {
		return nil, err
	}
	return rest.RESTClientFor(&config)
}

// RESTClientForConfigAndClient is RESTClientFor with the caller's HTTP client, whose transport and timeout take
// precedence over those of c.
func (g *Group) RESTClientForConfigAndClient(c *rest.Config, httpClient *http.Client) (*rest.RESTClient, error) {
	config, err := g.configure(c)
	if err != nil {
		return nil, err
	}
	return rest.RESTClientForConfigAndClient(&config, httpClient)
}

// ParameterCodec encodes the options of requests as query parameters.
func (g *Group) ParameterCodec() runtime.ParameterCodec {
	codecs, _ := g.codecs() // the constructors of clients report the error
	return codecs.parameters
}

// configure returns a copy of c for the group-version.
func (g *Group) configure(c *rest.Config) (rest.Config, error) {
	codecs, err := g.codecs()
	config := *c
	config.GroupVersion = &g.version
	config.APIPath = "/apis"
	if g.version.Group == "" {
		config.APIPath = "/api"
	}
	config.NegotiatedSerializer = codecs.serializer
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	return config, err
}
