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

// Group is what the clients of one group-version have in common: where their requests go, and how bodies and options are
// written. It knows the types of its own group-version and no others, so that a program which uses one group links no
// other.
//
// Generated packages hold a Group in a variable. It costs nothing until it is first used, and is safe for use by many
// goroutines at once.
type Group struct {
	version schema.GroupVersion
	codecs  func() (*groupCodecs, error)
	tables  []func() codec.Table
}

type groupCodecs struct {
	serializer runtime.NegotiatedSerializer
	parameters runtime.ParameterCodec
}

// NewGroup returns the Group of a version whose types, and those that its subresources exchange, addToScheme adds to a
// scheme.
func NewGroup(version schema.GroupVersion, addToScheme ...func(*runtime.Scheme) error) *Group {
	g := &Group{version: version}
	g.codecs = sync.OnceValues(func() (*groupCodecs, error) { return g.makeCodecs(addToScheme) })
	return g
}

// WithDecoders has JSON decoded by generated decoders, where tables have one for the Go type, and returns the group. It must
// not be called once the group is in use.
func (g *Group) WithDecoders(tables ...func() codec.Table) *Group {
	g.tables = append(g.tables, tables...)
	return g
}

// makeCodecs returns codecs also with an error: they then know the types that were added before it.
func (g *Group) makeCodecs(addToScheme runtime.SchemeBuilder) (*groupCodecs, error) {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	err := addToScheme.AddToScheme(scheme)
	factory := rest.CodecFactoryForGeneratedClient(scheme, serializer.NewCodecFactory(scheme))
	return &groupCodecs{
		serializer: codec.Serializer{NegotiatedSerializer: factory.WithoutConversion(), Decoder: g.decoder()},
		parameters: runtime.NewParameterCodec(scheme),
	}, err
}

func (g *Group) decoder() *codec.Decoder {
	tables := make([]codec.Table, len(g.tables))
	for i, table := range g.tables {
		tables[i] = table()
	}
	return codec.NewDecoder(tables...)
}

// RESTClientFor returns a REST client of the group-version for the server and the credentials of c, with an HTTP client
// that is made from c. It does not change c.
func (g *Group) RESTClientFor(c *rest.Config) (*rest.RESTClient, error) {
	config, err := g.configure(c)
	if err != nil {
		return nil, err
	}
	return rest.RESTClientFor(&config)
}

// RESTClientForConfigAndClient is RESTClientFor on an HTTP client of the caller's, whose transport and timeout win over
// those of c.
func (g *Group) RESTClientForConfigAndClient(c *rest.Config, httpClient *http.Client) (*rest.RESTClient, error) {
	config, err := g.configure(c)
	if err != nil {
		return nil, err
	}
	return rest.RESTClientForConfigAndClient(&config, httpClient)
}

// ParameterCodec turns the options of requests into query parameters.
func (g *Group) ParameterCodec() runtime.ParameterCodec {
	codecs, _ := g.codecs() // whatever is wrong with them, constructors of clients report
	return codecs.parameters
}

// configure points a copy of c at the group-version.
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
