package rest

import (
	"fmt"
	"maps"
	"net/url"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Param adds a query parameter.
func (r *Request) Param(paramName, s string) *Request {
	if r.err != nil {
		return r
	}
	return r.setParam(paramName, s)
}

// VersionedParams adds the fields of obj, such as ListOptions, as codec turns them into parameters of the client's
// version.
func (r *Request) VersionedParams(obj runtime.Object, codec runtime.ParameterCodec) *Request {
	return r.SpecificallyVersionedParams(obj, codec, r.c.content.GroupVersion)
}

// SpecificallyVersionedParams is VersionedParams in a version of the caller's.
func (r *Request) SpecificallyVersionedParams(obj runtime.Object, codec runtime.ParameterCodec, version schema.GroupVersion) *Request {
	if r.err != nil || emptyOptions(obj) {
		return r
	}
	if version.Version == "" {
		version = metav1.SchemeGroupVersion
	}
	params, err := codec.EncodeParameters(obj, version)
	if err != nil {
		return r.fail(fmt.Errorf("encode %T as parameters: %w", obj, err))
	}
	for key, values := range params {
		for _, value := range values {
			r.setParam(key, value)
		}
	}
	return r
}

// emptyOptions reports whether obj is of the options that every request has, and says nothing: encoding it would take
// longer than all else that building a request does.
func emptyOptions(obj runtime.Object) bool {
	switch o := obj.(type) {
	case *metav1.GetOptions:
		return *o == metav1.GetOptions{}
	case *metav1.ListOptions:
		return *o == metav1.ListOptions{}
	case *metav1.CreateOptions:
		return o.TypeMeta == metav1.TypeMeta{} && len(o.DryRun) == 0 && o.FieldManager == "" && o.FieldValidation == ""
	case *metav1.UpdateOptions:
		return o.TypeMeta == metav1.TypeMeta{} && len(o.DryRun) == 0 && o.FieldManager == "" && o.FieldValidation == ""
	case *metav1.PatchOptions:
		return o.TypeMeta == metav1.TypeMeta{} && len(o.DryRun) == 0 && o.Force == nil && o.FieldManager == "" && o.FieldValidation == ""
	default:
		return false
	}
}

func (r *Request) setParam(name, value string) *Request {
	if r.params == nil {
		r.params = url.Values{}
	}
	r.params[name] = append(r.params[name], value)
	return r
}

// URL returns the address that the request goes to as it is now.
func (r *Request) URL() *url.URL {
	u := r.address()
	return &u
}

func (r *Request) address() url.URL {
	var u url.URL
	if r.c.base != nil {
		u = *r.c.base
	}
	u.Path, u.RawPath = r.target.path(), ""
	query := r.params
	if r.timeout > 0 {
		query = maps.Clone(query)
		if query == nil {
			query = url.Values{}
		}
		query.Set("timeout", r.timeout.String())
	}
	if len(query) > 0 {
		u.RawQuery = query.Encode()
	}
	return u
}
