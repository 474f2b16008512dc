package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"

	"github.com/typewright/typewright/runtime/internal/within"
)

// target is the path of a request in pieces.
type target struct {
	prefix, suffix              string
	namespace                   string
	namespaceSet                bool
	resource, name, subresource string
}

// path puts the pieces together.
func (t *target) path() string {
	var p strings.Builder
	p.Grow(len(t.prefix) + len(t.namespace) + len(t.resource) + len(t.name) + len("/namespaces///"))
	p.WriteString(t.prefix)
	below := func(segment string) {
		if p.Len() > 0 && !strings.HasSuffix(p.String(), "/") {
			p.WriteByte('/')
		}
		p.WriteString(segment)
	}
	if t.namespaceSet && t.namespace != "" {
		below("namespaces")
		below(t.namespace)
	}
	if t.resource != "" {
		below(strings.ToLower(t.resource))
	}
	if t.suffix != "" || t.subresource != "" {
		return path.Join(p.String(), t.name, t.subresource, t.suffix)
	}
	if t.name != "" {
		below(t.name)
	}
	return p.String()
}

// check refuses an empty namespace where one object is meant: the path would name something else.
func (t *target) check(verb string) error {
	if !t.namespaceSet || t.namespace != "" {
		return nil
	}
	switch {
	case verb == http.MethodPost:
		return errors.New("an empty namespace may not be set during creation")
	case t.name != "" && (verb == http.MethodGet || verb == http.MethodPut || verb == http.MethodDelete):
		return errors.New("an empty namespace may not be set when a resource name is provided")
	}
	return nil
}

// segment sets one segment of the path, once, to something that stays in its place.
func (r *Request) segment(what string, field *string, value string) *Request {
	if r.err != nil {
		return r
	}
	if *field != "" {
		return r.fail(fmt.Errorf("%s already set to %q, cannot change to %q", what, *field, value))
	}
	if msgs := content.IsPathSegmentName(value); len(msgs) > 0 || within.Climbs(value) {
		return r.fail(fmt.Errorf("invalid %s %q: %v", what, value, msgs))
	}
	*field = value
	return r
}

// Resource sets the resource, such as "pods".
func (r *Request) Resource(resource string) *Request {
	return r.segment("resource", &r.target.resource, resource)
}

// Name sets the name of the object; an empty one is wrong.
func (r *Request) Name(resourceName string) *Request {
	if resourceName == "" {
		return r.fail(errors.New("resource name may not be empty"))
	}
	return r.segment("resource name", &r.target.name, resourceName)
}

// Namespace sets the namespace; an empty one means all of them, where that makes sense.
func (r *Request) Namespace(namespace string) *Request {
	if r.err != nil {
		return r
	}
	if r.target.namespaceSet {
		return r.fail(fmt.Errorf("namespace already set to %q, cannot change to %q", r.target.namespace, namespace))
	}
	r.target.namespaceSet = true
	if namespace == "" {
		return r
	}
	return r.segment("namespace", &r.target.namespace, namespace)
}

// NamespaceIfScoped is Namespace if scoped is set, else nothing.
func (r *Request) NamespaceIfScoped(namespace string, scoped bool) *Request {
	if scoped {
		return r.Namespace(namespace)
	}
	return r
}

// SubResource sets what lies below the object, such as "status"; several are segments one below the other.
func (r *Request) SubResource(subresources ...string) *Request {
	if r.err != nil {
		return r
	}
	joined := path.Join(subresources...)
	if r.target.subresource != "" {
		return r.fail(fmt.Errorf("subresource already set to %q, cannot change to %q", r.target.subresource, joined))
	}
	for _, s := range subresources {
		if msgs := content.IsPathSegmentName(s); len(msgs) > 0 || within.Climbs(s) {
			return r.fail(fmt.Errorf("invalid subresource %q: %v", s, msgs))
		}
	}
	r.target.subresource = joined
	return r
}

// join sets a part of the path to elements below root. Elements that lead out of root are wrong.
func (r *Request) join(part *string, root string, elements ...string) *Request {
	if r.err != nil {
		return r
	}
	joined, err := within.Path(root, elements...)
	if err != nil {
		return r.fail(err)
	}
	*part = joined
	return r
}

// Prefix adds segments before the resource; ".." is wrong.
func (r *Request) Prefix(segments ...string) *Request {
	return r.join(&r.target.prefix, r.target.prefix, segments...)
}

// Suffix adds segments at the end of the path; ".." is wrong.
func (r *Request) Suffix(segments ...string) *Request {
	return r.join(&r.target.suffix, r.target.suffix, segments...)
}

// AbsPath replaces the path of group and version by segments below the server's own path; what leads out of that is wrong.
// With one segment a slash at its end is kept.
func (r *Request) AbsPath(segments ...string) *Request {
	root := ""
	if r.c.base != nil {
		root = r.c.base.Path
	}
	r.join(&r.target.prefix, root, segments...)
	if r.err == nil && len(segments) == 1 && strings.HasSuffix(segments[0], "/") && !strings.HasSuffix(r.target.prefix, "/") {
		r.target.prefix += "/"
	}
	return r
}

// RequestURI replaces path and parameters by those of uri, whose path lies below the server's own; one that leads out of it
// is wrong.
func (r *Request) RequestURI(uri string) *Request {
	if r.err != nil {
		return r
	}
	locator, err := url.Parse(uri)
	if err != nil {
		return r.fail(err)
	}
	r.params = locator.Query()
	return r.AbsPath(locator.Path)
}

// IsValidPathSegmentName returns why name cannot be one segment of a path, nothing where it can: "." and ".." cannot, nor
// can what has a slash or a percent sign in it.
func IsValidPathSegmentName(name string) []string { return content.IsPathSegmentName(name) }

// IsValidPathSegmentPrefix returns why name cannot be the beginning of a segment of a path, nothing where it can.
func IsValidPathSegmentPrefix(name string) []string {
	var problems []string
	for _, illegal := range []string{"/", "%"} {
		if strings.Contains(name, illegal) {
			problems = append(problems, "may not contain '"+illegal+"'")
		}
	}
	return problems
}

// ValidatePathSegmentName is IsValidPathSegmentPrefix if prefix is set, else IsValidPathSegmentName.
func ValidatePathSegmentName(name string, prefix bool) []string {
	if prefix {
		return IsValidPathSegmentPrefix(name)
	}
	return IsValidPathSegmentName(name)
}
