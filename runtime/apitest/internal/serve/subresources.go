package serve

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
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
		return r.only(http.MethodPut, r.finalize)
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

// readAny reads the body as an object of another kind than the resource's.
func (r *request) readAny(kind string) (*unstructured.Unstructured, error) {
	if err := r.readBody(); err != nil {
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
	if name := u.GetName(); name != "" && name != r.name {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", name, r.name))
	}
	return u, nil
}

// evict deletes a pod, whatever disruption budgets say.
func (r *request) evict() error {
	u, err := r.readAny("Eviction")
	if err != nil {
		return err
	}
	if err := r.readCreateOptions(); err != nil {
		return err
	}
	opts := &metav1.DeleteOptions{}
	if asked, ok, _ := unstructured.NestedMap(u.Object, "deleteOptions"); ok {
		if data, err := json.Marshal(asked); err != nil || json.Unmarshal(data, opts) != nil {
			return apierrors.NewBadRequest("deleteOptions cannot be decoded")
		}
	}
	r.write.dryRun = r.write.dryRun || len(opts.DryRun) > 0
	r.subresource = ""
	if _, _, err := r.remove(opts); err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// bind gives a pod its node.
func (r *request) bind() error {
	u, err := r.readAny("Binding")
	if err != nil {
		return err
	}
	if err := r.readCreateOptions(); err != nil {
		return err
	}
	node, _, _ := unstructured.NestedString(u.Object, "target", "name")
	_, err = r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if have, _, _ := unstructured.NestedString(current.Object, "spec", "nodeName"); have != "" {
			return nil, apierrors.NewConflict(schema.GroupResource{Resource: "pods/binding"}, r.name, fmt.Errorf("pod %s is already assigned to node %q", r.name, have))
		}
		next := current.DeepCopy()
		if err := unstructured.SetNestedField(next.Object, node, "spec", "nodeName"); err != nil {
			return nil, err
		}
		return encode.NewObject(next), nil
	})
	if err != nil {
		return err
	}
	return r.replyStatus(http.StatusCreated, nil)
}

// finalize sets the finalizers in a namespace's spec. A namespace that is being deleted goes with its last one.
func (r *request) finalize() error {
	if err := r.readUpdate(); err != nil {
		return err
	}
	u, err := r.readObject()
	if err != nil {
		return err
	}
	finalizers, _, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", "finalizers")
	var last *encode.Object
	updated, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := r.checkVersion(&current.Unstructured, u); err != nil {
			return nil, err
		}
		next := current.DeepCopy()
		next.Object["spec"] = map[string]any{}
		if finalizers != nil {
			next.Object["spec"] = map[string]any{"finalizers": finalizers}
		}
		last = encode.NewObject(next)
		if next.GetDeletionTimestamp() != nil && !builtin.HasFinalizersInSpec(&last.Unstructured) && len(next.GetFinalizers()) == 0 {
			return nil, nil
		}
		return last, nil
	})
	if err != nil {
		return err
	}
	if updated == nil {
		updated = last
	}
	return r.reply(http.StatusOK, updated)
}
