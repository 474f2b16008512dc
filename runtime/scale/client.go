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

// ScalesGetter returns clients for scales.
type ScalesGetter interface {
	// Scales returns a client for the scales in one namespace, or with "" for cluster-scoped resources.
	Scales(namespace string) ScaleInterface
}

// ScaleInterface reads and changes scales. The caller owns the scales it returns; they are nil with an error.
type ScaleInterface interface {
	// Get returns the scale of an object, through the resource's version that the server prefers.
	Get(ctx context.Context, resource schema.GroupResource, name string, opts metav1.GetOptions) (*autoscalingv1.Scale, error)
	// Update replaces the scale of the object with the name of scale. If scale has a resourceVersion, the server returns
	// a conflict when the object has changed since.
	Update(ctx context.Context, resource schema.GroupResource, scale *autoscalingv1.Scale, opts metav1.UpdateOptions) (*autoscalingv1.Scale, error)
	// Patch applies a patch to the scale of an object. The patch must be in the version of Scale that the resource uses.
	Patch(ctx context.Context, gvr schema.GroupVersionResource, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions) (*autoscalingv1.Scale, error)
}

// PreferredResourceMapper finds the preferred version of a resource; every meta.RESTMapper implements it.
type PreferredResourceMapper interface {
	// ResourceFor returns a resource with its version, which may be empty in the argument.
	ResourceFor(resource schema.GroupVersionResource) (preferredResource schema.GroupVersionResource, err error)
}

// ScaleKindResolver finds the kind of a resource's scale.
type ScaleKindResolver interface {
	// ScaleForResource returns the kind of the scale subresource.
	ScaleForResource(resource schema.GroupVersionResource) (scaleVersion schema.GroupVersionKind, err error)
}

// NewForConfig returns a client for a copy of the configuration, with an HTTP client built from it. The mapper finds
// the preferred version of a resource, the resolver (such as dynamic.LegacyAPIPathResolverFunc) its path prefix, and
// the kind resolver the kind of its scale.
func NewForConfig(cfg *rest.Config, mapper PreferredResourceMapper, resolver dynamic.APIPathResolverFunc, scaleKindResolver ScaleKindResolver) (ScalesGetter, error) {
	config := rest.CopyConfig(cfg)
	// Every request sets its absolute path.
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

// New returns a client that sends its requests through baseClient; the group and version of baseClient do not matter.
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

// preferred adds the version that the server prefers to a resource.
func (s *scales) preferred(resource schema.GroupResource) (schema.GroupVersionResource, error) {
	gvr, err := s.mapper.ResourceFor(resource.WithVersion(""))
	if err != nil {
		return gvr, fmt.Errorf("unable to get full preferred group-version-resource for %s: %w", resource, err)
	}
	return gvr, nil
}

// at addresses a request to the scale of an object.
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

// encode encodes a scale in the version that its resource uses.
func (s *scales) encode(scale *autoscalingv1.Scale, version schema.GroupVersion) ([]byte, error) {
	converted, err := s.converter.ConvertToVersion(scale, version)
	if err != nil {
		return nil, fmt.Errorf("could not convert scale update to external Scale: %w", err)
	}
	return json.Marshal(converted)
}

// decode decodes a scale in any version.
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
		return nil, fmt.Errorf("the response of a /scale endpoint is not a Scale: %w", err)
	}
	scale, err := toV1(obj)
	if err != nil {
		return nil, fmt.Errorf("received an object from a /scale endpoint which was not convertible to autoscaling Scale: %w", err)
	}
	return scale, nil
}
