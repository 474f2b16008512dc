package scale

import (
	"fmt"

	appsv1beta1 "k8s.io/api/apps/v1beta1"
	appsv1beta2 "k8s.io/api/apps/v1beta2"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/internal/untyped"
)

// ScaleConverter converts a Scale between versions: autoscaling/v1, which is current, and extensions/v1beta1,
// apps/v1beta1 and apps/v1beta2, which old resources use.
type ScaleConverter struct {
	scheme *runtime.Scheme
	codecs serializer.CodecFactory
}

// NewScaleConverter returns a converter.
func NewScaleConverter() *ScaleConverter {
	scheme := untyped.NewScheme()
	scheme.AddKnownTypes(autoscalingv1.SchemeGroupVersion, &autoscalingv1.Scale{})
	scheme.AddKnownTypes(extensionsv1beta1.SchemeGroupVersion, &extensionsv1beta1.Scale{})
	scheme.AddKnownTypes(appsv1beta1.SchemeGroupVersion, &appsv1beta1.Scale{})
	scheme.AddKnownTypes(appsv1beta2.SchemeGroupVersion, &appsv1beta2.Scale{})
	return &ScaleConverter{scheme: scheme, codecs: serializer.NewCodecFactory(scheme)}
}

// Scheme returns the scheme with all versions of Scale. It has no conversions; call [ScaleConverter.ConvertToVersion].
func (c *ScaleConverter) Scheme() *runtime.Scheme { return c.scheme }

// Codecs returns codecs for all versions of Scale.
func (c *ScaleConverter) Codecs() serializer.CodecFactory { return c.codecs }

// ScaleVersions returns the versions that the converter supports, the current one first.
func (c *ScaleConverter) ScaleVersions() []schema.GroupVersion {
	return []schema.GroupVersion{
		autoscalingv1.SchemeGroupVersion,
		extensionsv1beta1.SchemeGroupVersion,
		appsv1beta1.SchemeGroupVersion,
		appsv1beta2.SchemeGroupVersion,
	}
}

// ConvertToVersion converts a Scale of any version to outVersion. It does not change in; the result shares its
// metadata.
func (c *ScaleConverter) ConvertToVersion(in runtime.Object, outVersion schema.GroupVersion) (runtime.Object, error) {
	scale, err := toV1(in)
	if err != nil {
		return nil, err
	}
	out, err := fromV1(scale, outVersion)
	if err != nil {
		return nil, err
	}
	out.GetObjectKind().SetGroupVersionKind(outVersion.WithKind("Scale"))
	return out, nil
}

// status is the status in the old versions of Scale. They have two selector fields; targetSelector wins.
type status struct {
	replicas       int32
	selector       map[string]string
	targetSelector string
}

// toV1 converts any version to the current one, whose selector is the text form of a label selector.
func toV1(in runtime.Object) (*autoscalingv1.Scale, error) {
	var meta metav1.ObjectMeta
	var replicas int32
	var old status
	switch in := in.(type) {
	case *autoscalingv1.Scale:
		return in, nil
	case *extensionsv1beta1.Scale:
		meta, replicas, old = in.ObjectMeta, in.Spec.Replicas, status{in.Status.Replicas, in.Status.Selector, in.Status.TargetSelector}
	case *appsv1beta1.Scale:
		meta, replicas, old = in.ObjectMeta, in.Spec.Replicas, status{in.Status.Replicas, in.Status.Selector, in.Status.TargetSelector}
	case *appsv1beta2.Scale:
		meta, replicas, old = in.ObjectMeta, in.Spec.Replicas, status{in.Status.Replicas, in.Status.Selector, in.Status.TargetSelector}
	default:
		return nil, fmt.Errorf("%T is not a Scale", in)
	}
	selector, err := old.text()
	if err != nil {
		return nil, err
	}
	return &autoscalingv1.Scale{
		TypeMeta:   metav1.TypeMeta{Kind: "Scale", APIVersion: autoscalingv1.SchemeGroupVersion.String()},
		ObjectMeta: meta,
		Spec:       autoscalingv1.ScaleSpec{Replicas: replicas},
		Status:     autoscalingv1.ScaleStatus{Replicas: old.replicas, Selector: selector},
	}, nil
}

// text returns the selector in the text form of a label selector.
func (s status) text() (string, error) {
	selector := &metav1.LabelSelector{MatchLabels: s.selector}
	switch {
	case s.targetSelector == "" && s.selector == nil:
		return "", nil
	case s.targetSelector != "":
		var err error
		if selector, err = metav1.ParseToLabelSelector(s.targetSelector); err != nil {
			return "", fmt.Errorf("failed to parse target selector: %w", err)
		}
	}
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return "", fmt.Errorf("invalid label selector: %w", err)
	}
	return parsed.String(), nil
}

// fromV1 converts the current version to another one.
func fromV1(in *autoscalingv1.Scale, version schema.GroupVersion) (runtime.Object, error) {
	if version == autoscalingv1.SchemeGroupVersion {
		out := *in
		return &out, nil
	}
	old, err := oldStatus(in.Status)
	if err != nil {
		return nil, err
	}
	switch version {
	case extensionsv1beta1.SchemeGroupVersion:
		return &extensionsv1beta1.Scale{
			ObjectMeta: in.ObjectMeta,
			Spec:       extensionsv1beta1.ScaleSpec{Replicas: in.Spec.Replicas},
			Status:     extensionsv1beta1.ScaleStatus{Replicas: old.replicas, Selector: old.selector, TargetSelector: old.targetSelector},
		}, nil
	case appsv1beta1.SchemeGroupVersion:
		return &appsv1beta1.Scale{
			ObjectMeta: in.ObjectMeta,
			Spec:       appsv1beta1.ScaleSpec{Replicas: in.Spec.Replicas},
			Status:     appsv1beta1.ScaleStatus{Replicas: old.replicas, Selector: old.selector, TargetSelector: old.targetSelector},
		}, nil
	case appsv1beta2.SchemeGroupVersion:
		return &appsv1beta2.Scale{
			ObjectMeta: in.ObjectMeta,
			Spec:       appsv1beta2.ScaleSpec{Replicas: in.Spec.Replicas},
			Status:     appsv1beta2.ScaleStatus{Replicas: old.replicas, Selector: old.selector, TargetSelector: old.targetSelector},
		}, nil
	default:
		return nil, fmt.Errorf("no kind Scale is known in version %q", version)
	}
}

// oldStatus sets both selector fields. The older one cannot hold expressions, and is then nil.
func oldStatus(in autoscalingv1.ScaleStatus) (status, error) {
	if in.Selector == "" {
		return status{replicas: in.Replicas}, nil
	}
	selector, err := metav1.ParseToLabelSelector(in.Selector)
	if err != nil {
		return status{}, fmt.Errorf("failed to parse target selector: %w", err)
	}
	old := status{replicas: in.Replicas, targetSelector: in.Selector}
	if len(selector.MatchExpressions) == 0 {
		old.selector = selector.MatchLabels
	}
	return old, nil
}
