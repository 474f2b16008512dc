package scale

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	autoscalingv1 "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/internal/untyped"
	"github.com/typewright/typewright/runtime/rest"
)

// NewForConfig returns a client with a connection of its own, made from a copy of the configuration. Resources are
// completed by the mapper, their paths by the resolver (dynamic.LegacyAPIPathResolverFunc), the kinds of their scales by
// the kind resolver.
func NewForConfig(cfg *rest.Config, mapper PreferredResourceMapper, resolver dynamic.APIPathResolverFunc, scaleKindResolver ScaleKindResolver) (ScalesGetter, error) {
	config := rest.CopyConfig(cfg)
	// Every request names its whole path.
	config.GroupVersion = &schema.GroupVersion{}
	config.NegotiatedSerializer = NewScaleConverter().Codecs().WithoutConversion()
	if config.UserAgent == "" {
		config.UserAgent = rest.DefaultKubernetesUserAgent()
	}
	base, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	return New(base, mapper, resolver, scaleKindResolver), nil
}

// New returns a client that sends its requests through baseClient, whose group and version do not matter.
func New(baseClient rest.Interface, mapper PreferredResourceMapper, resolver dynamic.APIPathResolverFunc, scaleKindResolver ScaleKindResolver) ScalesGetter {
	return &scalesGetter{rest: baseClient, mapper: mapper, pathOf: resolver, kinds: scaleKindResolver, converter: NewScaleConverter()}
}

type scalesGetter struct {
	rest      rest.Interface
	mapper    PreferredResourceMapper
	pathOf    dynamic.APIPathResolverFunc
	kinds     ScaleKindResolver
	converter *ScaleConverter
}

func (g *scalesGetter) Scales(namespace string) ScaleInterface {
	return &scales{scalesGetter: g, namespace: namespace}
}

// scales is a client for the scales of one namespace.
type scales struct {
	*scalesGetter

	namespace string
}

func (s *scales) Get(ctx context.Context, resource schema.GroupResource, name string, opts metav1.GetOptions) (*autoscalingv1.Scale, error) {
	gvr, err := s.preferred(resource)
	if err != nil {
		return nil, err
	}
	return s.decode(s.at(s.rest.Get(), gvr, name, &opts).Do(ctx))
}

func (s *scales) Update(ctx context.Context, resource schema.GroupResource, scale *autoscalingv1.Scale, opts metav1.UpdateOptions) (*autoscalingv1.Scale, error) {
	if scale == nil {
		return nil, errors.New("the scale must not be nil")
	}
	gvr, err := s.preferred(resource)
	if err != nil {
		return nil, err
	}
	kind, err := s.kinds.ScaleForResource(gvr)
	if err != nil {
		return nil, fmt.Errorf("could not find proper group-version for scale subresource of %s: %w", gvr, err)
	}
	body, err := s.encode(scale, kind.GroupVersion())
	if err != nil {
		return nil, err
	}
	request := s.rest.Put().SetHeader("Content-Type", runtime.ContentTypeJSON).Body(body)
	return s.decode(s.at(request, gvr, scale.Name, &opts).Do(ctx))
}

func (s *scales) Patch(ctx context.Context, gvr schema.GroupVersionResource, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions) (*autoscalingv1.Scale, error) {
	return s.decode(s.at(s.rest.Patch(pt).Body(data), gvr, name, &opts).Do(ctx))
}

// preferred completes a resource with the version that the server prefers.
func (s *scales) preferred(resource schema.GroupResource) (schema.GroupVersionResource, error) {
	gvr, err := s.mapper.ResourceFor(resource.WithVersion(""))
	if err != nil {
		return gvr, fmt.Errorf("unable to get full preferred group-version-resource for %s: %w", resource, err)
	}
	return gvr, nil
}

// at points a request at the scale of an object.
func (s *scales) at(request *rest.Request, gvr schema.GroupVersionResource, name string, opts runtime.Object) *rest.Request {
	prefix := s.pathOf(gvr.GroupVersion().WithKind(""))
	if prefix == "" {
		prefix = "/api"
	}
	return request.
		AbsPath(rest.DefaultVersionedAPIPath(prefix, gvr.GroupVersion())).
		NamespaceIfScoped(s.namespace, s.namespace != "").
		Resource(gvr.Resource).
		Name(name).
		SubResource("scale").
		SpecificallyVersionedParams(opts, untyped.ParameterCodec, untyped.Version)
}

// encode writes a scale in the version that its resource speaks.
func (s *scales) encode(scale *autoscalingv1.Scale, version schema.GroupVersion) ([]byte, error) {
	converted, err := s.converter.ConvertToVersion(scale, version)
	if err != nil {
		return nil, fmt.Errorf("could not convert scale update to external Scale: %w", err)
	}
	return json.Marshal(converted)
}

// decode reads a scale in whatever version it came.
func (s *scales) decode(result rest.Result) (*autoscalingv1.Scale, error) {
	if err := result.Error(); err != nil {
		return nil, err
	}
	data, err := result.Raw()
	if err != nil {
		return nil, err
	}
	obj, err := runtime.Decode(s.converter.codecs.UniversalDeserializer(), data)
	if err != nil {
		return nil, fmt.Errorf("the answer of a /scale endpoint is no Scale: %w", err)
	}
	scale, err := toV1(obj)
	if err != nil {
		return nil, fmt.Errorf("received an object from a /scale endpoint which was not convertible to autoscaling Scale: %w", err)
	}
	return scale, nil
}
