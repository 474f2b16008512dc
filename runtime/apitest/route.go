package apitest

import (
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// target is what the path of a request names.
type target struct {
	resource    Resource
	namespace   string
	name        string
	subresource string
}

func (t target) key() storage.Key { return storage.Key{Namespace: t.namespace, Name: t.name} }

func (t target) groupResource() schema.GroupResource { return t.resource.groupResource() }

// serve answers a request.
func (s *Server) serve(w http.ResponseWriter, req *http.Request) {
	if s.serveDiscovery(w, req) {
		return
	}
	t, err := s.route(req)
	if err == nil {
		err = s.serveResource(w, req, t)
	}
	if err != nil {
		writeError(w, err)
	}
}

func (s *Server) serveResource(w http.ResponseWriter, req *http.Request, t target) error {
	switch {
	case req.Method == http.MethodGet && t.name == "":
		return s.list(w, req, t)
	case req.Method == http.MethodGet:
		return s.get(w, t)
	case req.Method == http.MethodPost && t.name == "":
		return s.create(w, req, t)
	case req.Method == http.MethodPut && t.name != "":
		return s.update(w, req, t)
	case req.Method == http.MethodPatch && t.name != "":
		return s.patch(w, req, t)
	case req.Method == http.MethodDelete && t.name != "" && t.subresource == "":
		return s.delete(w, req, t)
	case req.Method == http.MethodDelete && t.name == "":
		return s.deleteCollection(w, req, t)
	}
	return apierrors.NewMethodNotSupported(t.groupResource(), req.Method)
}

var errNoSuchPath = apierrors.NewGenericServerResponse(http.StatusNotFound, "", schema.GroupResource{}, "", "", 0, false)

// route finds what the path names: /api/VERSION or /apis/GROUP/VERSION, then RESOURCE[/NAME[/SUBRESOURCE]], in
// namespaces/NAMESPACE for what lives in one.
func (s *Server) route(req *http.Request) (target, error) {
	parts := strings.Split(strings.Trim(req.URL.Path, "/"), "/")
	var gv schema.GroupVersion
	switch {
	case len(parts) > 2 && parts[0] == "api":
		gv, parts = schema.GroupVersion{Version: parts[1]}, parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		gv, parts = schema.GroupVersion{Group: parts[1], Version: parts[2]}, parts[3:]
	default:
		return target{}, errNoSuchPath
	}
	var t target
	inNamespace := parts[0] == "namespaces" && len(parts) > 2 && parts[2] != "status" && parts[2] != "finalize"
	if inNamespace {
		t.namespace, parts = parts[1], parts[2:]
	}
	var served bool
	if t.resource, served = s.resource(gv, parts[0]); !served || inNamespace == t.resource.ClusterScoped && (inNamespace || len(parts) > 1) {
		return target{}, errNoSuchPath
	}
	if len(parts) > 1 {
		t.name = parts[1]
	}
	if len(parts) > 2 {
		t.subresource = strings.Join(parts[2:], "/")
	}
	if t.subresource != "" && (t.subresource != "status" || !t.resource.Status) {
		return target{}, errNoSuchPath
	}
	if req.Method == http.MethodPost && !t.resource.ClusterScoped && t.namespace == "" {
		return target{}, apierrors.NewMethodNotSupported(t.groupResource(), "create")
	}
	return t, nil
}

func (s *Server) resource(gv schema.GroupVersion, name string) (Resource, bool) {
	for _, r := range s.resources {
		if r.groupVersion() == gv && r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}
