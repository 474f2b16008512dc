// Package untyped addresses resources by names that are known when a program runs, not when it is compiled: it is the
// part that the dynamic, the metadata and the scale client have in common.
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

// Version is the version of options and of a server's errors.
var Version = schema.GroupVersion{Version: "v1"}

// ParameterCodec turns options into query parameters.
var ParameterCodec = runtime.NewParameterCodec(NewScheme())

// NewScheme returns a scheme which knows options, statuses and watch events: what is no resource of the server's.
func NewScheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, Version)
	return scheme
}

// Resource is a resource in one namespace, or in all or none.
type Resource struct {
	schema.GroupVersionResource

	Namespace string
}

// Place is where a request goes below its resource. The zero value is the resource itself.
type Place struct {
	named       bool
	name        string
	subresource []string
}

// At is an object of the resource, or a subresource of it.
func At(name string, subresource ...string) Place {
	return Place{named: true, name: name, subresource: subresource}
}

var errNoName = errors.New("name is required")

// Address gives a request its path and parameters; opts may be nil. What does not fit into a path is an error: every
// part of it comes from a caller, and none may hold more than its segment.
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
		// A path below a subresource, such as that of a proxy, may come as one.
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
