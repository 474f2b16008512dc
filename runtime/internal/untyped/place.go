// Package untyped is the common part of the dynamic, the metadata and the scale client: requests for resources whose
// names are known only at run time.
package untyped

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/rest"
)

// Version is the version of options and of a server's statuses.
var Version = schema.GroupVersion{Version: "v1"}

// ParameterCodec encodes options as query parameters.
var ParameterCodec = runtime.NewParameterCodec(NewScheme())

// NewScheme returns a scheme with the types that are not resources: options, statuses and watch events.
func NewScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, Version)
	return scheme
}

// Resource is a resource in one namespace, or with "" in all or cluster-scoped.
type Resource struct {
	schema.GroupVersionResource

	Namespace string
}

// Place is the target of a request below its resource. The zero value is the resource itself.
type Place struct {
	named       bool
	name        string
	subresource []string
}

// At returns the place of an object, or of a subresource of it.
func At(name string, subresource ...string) Place {
	return Place{named: true, name: name, subresource: subresource}
}

var errNoName = errors.New("name is required")

// Address sets the path and the parameters of a request; opts may be nil. Callers supply every part of the path, so a
// part that is not a valid path segment is an error.
func (r Resource) Address(request *rest.Request, to Place, opts runtime.Object) (*rest.Request, error) {
	if r.Resource == "" || r.Version == "" {
		return nil, fmt.Errorf("a resource needs a version and a plural name, and %q lacks one: take both from discovery", r.GroupVersionResource)
	}
	if to.named && to.name == "" {
		return nil, errNoName
	}
	segments, err := r.segments(to)
	if err != nil {
		return nil, err
	}
	request = request.AbsPath(segments...)
	if opts != nil {
		request = request.SpecificallyVersionedParams(opts, ParameterCodec, Version)
	}
	return request, nil
}

func (r Resource) segments(to Place) ([]string, error) {
	err := errors.Join(
		valid("group", r.Group), valid("version", r.Version), valid("resource", r.Resource),
		valid("namespace", r.Namespace), valid("resource name", to.name),
	)
	segments := []string{"apis", r.Group, r.Version}
	if r.Group == "" {
		segments = []string{"api", r.Version}
	}
	if r.Namespace != "" {
		segments = append(segments, "namespaces", r.Namespace)
	}
	segments = append(segments, r.Resource)
	if to.named {
		segments = append(segments, to.name)
	}
	for _, subresource := range to.subresource {
		// A path below a subresource, such as that of a proxy, may come as one string.
		for part := range strings.SplitSeq(subresource, "/") {
			err = errors.Join(err, valid("subresource", part))
			segments = append(segments, part)
		}
	}
	return segments, err
}

func valid(what, segment string) error {
	if problems := content.IsPathSegmentName(segment); len(problems) > 0 {
		return fmt.Errorf("invalid %s %q: %s", what, segment, strings.Join(problems, ", "))
	}
	return nil
}
