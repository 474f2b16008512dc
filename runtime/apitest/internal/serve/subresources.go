package serve

import (
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

// serveSubresource answers a request for a subresource.
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
		return r.only(http.MethodPut, r.update) // the only change of the finalizers in a spec
	case "pods/log":
		return r.only(http.MethodGet, r.log)
	case "pods/exec", "pods/attach", "pods/portforward":
		return r.stream()
	case "pods/eviction":
		return r.only(http.MethodPost, r.evict)
	case "pods/binding":
		return r.only(http.MethodPost, r.bind)
	case "serviceaccounts/token":
		return r.only(http.MethodPost, r.token)
	}
	return r.leadsNowhere()
}

func (r *request) leadsNowhere() error {
	return apierrors.NewBadRequest("apitest runs no containers: " + r.subresource + " of " + r.resource.Name + " leads nowhere")
}

// readOrChange serves a subresource that shows the whole object and changes a part of it.
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

// readAny reads the options of a creation, and the body as an object of another kind than the resource's, and of the same name.
func (r *request) readAny(kind string) (*unstructured.Unstructured, error) {
	if err := r.readCreate(); err != nil {
		return nil, err
	}
	data, err := r.bodyJSON()
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(data, &u.Object); err != nil {
		return nil, encode.UnrecognizedAs(kind, r.body, fmt.Errorf("couldn't get version/kind; json parse error: %w", err))
	}
	if have := u.GetKind(); have != "" && have != kind {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s", have, u.GroupVersionKind().Version, kind))
	}
	if name := u.GetName(); name != r.name && (name != "" || kind != "TokenRequest") {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("name in URL does not match name in %s object", kind))
	}
	return u, nil
}
