package serve

import (
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validate/content"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// request is a request for a resource: the parts of its path, its options, and its effects so far. Each verb has a file of its own, and
// reads its options and body there.
type request struct {
	api  *API
	w    http.ResponseWriter
	http *http.Request

	resource    *kinds.Resource
	namespace   string
	name        string
	subresource string

	write writeOptions
	// scaled is set in a request for an object's scale: it is the request for the object.
	scaled *request
	// gone is the last state of the object if the request has ended it.
	gone *encode.Object
	body []byte
	// strategic is a strategic merge patch without the directives that were applied; nil for other requests.
	strategic map[string]any
	// seeded is true for an object that exists from the beginning: it is not validated.
	seeded bool
	// filled is true if the server has added a default status to the stored object.
	filled bool
	// warnings are sent in the headers of the response.
	warnings []string
}

func (r *request) key() storage.Key {
	return storage.Key{Namespace: r.namespace, Name: r.name}
}

// codec reads and writes objects of the request's resource.
func (r *request) codec() encode.Codec {
	shown := r.subresource == "" || r.subresource == "status" || r.subresource == "scale"
	return encode.Codec{
		Resource: r.resource, Types: r.api.types, Collection: r.name == "", Text: r.subresource == "log",
		NoTables: r.resource.CreateOnly || !shown,
		OfCustom: r.resource.Definition != "" || r.scalesCustom(),
	}
}

func (r *request) groupResource() schema.GroupResource { return r.resource.GroupResource() }

// errNoSuchPath is the error of a path below an API that serves no such resource.
func errNoSuchPath() error {
	return encode.RouterError(http.StatusNotFound, metav1.StatusReasonNotFound, "the server could not find the requested resource")
}

// route finds the resource that the path names. A path is /api/VERSION or /apis/GROUP/VERSION, then namespaces/NAMESPACE for
// resources that live in one, then RESOURCE[/NAME[/SUBRESOURCE]].
func (r *request) route() error {
	parts := strings.Split(strings.Trim(r.http.URL.Path, "/"), "/")
	var gv schema.GroupVersion
	switch {
	case len(parts) > 2 && parts[0] == "api":
		gv, parts = schema.GroupVersion{Version: parts[1]}, parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		gv, parts = schema.GroupVersion{Group: parts[1], Version: parts[2]}, parts[3:]
	default:
		return encode.ErrPage
	}
	if parts[0] == "watch" && len(parts) > 1 { // the old form of ?watch=true
		parts = parts[1:]
		query := r.http.URL.Query()
		query.Set("watch", "true")
		r.http.URL.RawQuery = query.Encode()
	}
	inNamespace := parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "status" && parts[2] != "finalize"
	if inNamespace {
		r.namespace, parts = parts[1], parts[2:]
	}
	now := r.api.registry.Now()
	if r.resource = now.ByPath(gv, parts[0]); r.resource == nil {
		if served := now.OfGroupVersion(gv); len(served) == 0 || served[0].Definition != "" {
			return encode.ErrPage
		}
		return errNoSuchPath()
	}
	if inNamespace == r.resource.ClusterScoped && (inNamespace || len(parts) > 1) {
		if r.resource.Definition != "" {
			return encode.ErrPage
		}
		return errNoSuchPath()
	}
	if len(parts) > 1 {
		r.name = parts[1]
		if problems := content.IsPathSegmentName(r.name); len(problems) > 0 {
			return apierrors.NewBadRequest(fmt.Sprintf("Name parameter invalid: %q: %s", r.name, strings.Join(problems, ";")))
		}
	}
	if len(parts) > 2 {
		r.subresource = parts[2]
	}
	return nil
}

// serve calls the verb for the method.
func (r *request) serve() error {
	if r.subresource != "" {
		return r.serveSubresource()
	}
	if r.resource.CreateOnly && r.http.Method != http.MethodPost {
		return r.methodNotAllowed()
	}
	switch r.http.Method {
	case http.MethodGet, http.MethodHead:
		if r.name == "" {
			return r.list()
		}
		if r.http.URL.Query().Get("watch") == "true" || r.http.URL.Query().Get("watch") == "1" {
			return r.list()
		}
		return r.get()
	case http.MethodPost:
		if (r.name == "" || r.resource.Definition != "") && (r.resource.ClusterScoped || r.namespace != "") {
			return r.create()
		}
	case http.MethodPut:
		if r.name != "" {
			return r.update()
		}
	case http.MethodPatch:
		if r.name != "" {
			return r.patch()
		}
	case http.MethodDelete:
		switch {
		case r.name != "":
			return r.delete()
		case (r.resource.ClusterScoped || r.namespace != "") && !builtin.IsNamespaces(r.resource):
			return r.deleteCollection()
		}
	}
	return r.methodNotAllowed()
}

func (r *request) methodNotAllowed() error {
	switch {
	case r.resource.Definition == "":
		return encode.RouterError(http.StatusMethodNotAllowed, metav1.StatusReasonMethodNotAllowed, "the server does not allow this method on the requested resource")
	case r.name == "" && r.http.Method != http.MethodPost:
		return apierrors.NewBadRequest("name must be provided")
	}
	return apierrors.NewMethodNotSupported(r.groupResource(), verbOf(r.http.Method))
}

// verbOf returns the verb that the real server's error names for a method that is not allowed.
func verbOf(method string) string {
	switch method {
	case http.MethodPost:
		return "create"
	case http.MethodPut:
		return "update"
	}
	return strings.ToLower(method)
}
