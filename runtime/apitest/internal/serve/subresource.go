package serve

import (
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// serveSubresource answers requests below an object.
func (r *request) serveSubresource() error {
	switch {
	case r.subresource == "status" && r.resource.Status:
		return r.readOrChange()
	case r.subresource == "scale" && r.resource.Scale != nil:
		return r.scale()
	case r.resource.Definition != "":
		return r.notFound()
	case !slices.Contains(r.resource.Subresources, r.subresource):
		return errNoSuchPath()
	}
	switch r.groupResource().String() + "/" + r.subresource {
	case "pods/ephemeralcontainers", "pods/resize", "certificatesigningrequests.certificates.k8s.io/approval":
		return r.readOrChange()
	case "namespaces/finalize":
		return r.only(http.MethodPut, r.finalize)
	case "pods/log":
		return r.only(http.MethodGet, r.log)
	case "pods/eviction":
		return r.only(http.MethodPost, r.evict)
	case "pods/binding":
		return r.only(http.MethodPost, r.bind)
	case "serviceaccounts/token":
		return r.only(http.MethodPost, r.token)
	}
	return apierrors.NewBadRequest("apitest runs no containers: " + r.subresource + " of " + r.resource.Name + " leads nowhere")
}

// readOrChange serves subresources that show the object whole and change a part of it.
func (r *request) readOrChange() error {
	switch r.http.Method {
	case http.MethodGet, http.MethodHead:
		return r.get()
	case http.MethodPut:
		return r.update()
	case http.MethodPatch:
		return r.patch()
	}
	return r.methodNotAllowed()
}

func (r *request) only(method string, do func() error) error {
	if r.http.Method != method {
		return r.methodNotAllowed()
	}
	return do()
}
