package rest

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
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

// DefaultServerURL turns a host, host:port or URL into the base URL of a server, and apiPath and groupVersion into the
// path of that group on it. A host without scheme means https with defaultTLS, else http. It fails where host is neither, and
// where a part of the path leads out of it.
func DefaultServerURL(host, apiPath string, groupVersion schema.GroupVersion, defaultTLS bool) (*url.URL, string, error) {
	if host == "" {
		return nil, "", errors.New("host must be a URL or a host:port pair: it is empty")
	}
	base, err := url.Parse(host)
	if err != nil || base.Scheme == "" || base.Host == "" {
		scheme := "http://"
		if defaultTLS {
			scheme = "https://"
		}
		if base, err = redact.ParseURL(scheme + host); err != nil {
			return nil, "", fmt.Errorf("host must be a URL or a host:port pair: %q: %w", redact.Address(host), err)
		}
		if base.Path != "" && base.Path != "/" {
			return nil, "", fmt.Errorf("host must be a URL or a host:port pair: %q", redact.Address(host))
		}
	}
	versioned, err := within.Path("/", apiPath, groupVersion.Group, groupVersion.Version)
	if err != nil {
		return nil, "", fmt.Errorf("the path of %q: %w", groupVersion, err)
	}
	return base, versioned, nil
}

// DefaultVersionedAPIPath is the path of a group and version below apiPath: /apis/group/version, or /api/version for the
// core group. A group or version that leads out of it makes a path that requests refuse.
func DefaultVersionedAPIPath(apiPath string, groupVersion schema.GroupVersion) string {
	return "/" + path.Join(strings.TrimLeft(apiPath, "/"), groupVersion.Group, groupVersion.Version)
}

// DefaultServerUrlFor is DefaultServerURL for what config says; TLS is the default where config speaks of it.
func DefaultServerUrlFor(config *Config) (*url.URL, string, error) {
	host := config.Host
	if host == "" {
		host = "localhost"
	}
	var gv schema.GroupVersion
	if config.GroupVersion != nil {
		gv = *config.GroupVersion
	}
	defaultTLS := config.Insecure || config.CAFile != "" || len(config.CAData) > 0 ||
		config.CertFile != "" || len(config.CertData) > 0
	return DefaultServerURL(host, config.APIPath, gv, defaultTLS)
}
