package apitest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validate/content"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// bodyLimit is what a real server takes.
const bodyLimit = 3 << 20

func readBody(w http.ResponseWriter, req *http.Request) ([]byte, error) {
	data, err := io.ReadAll(http.MaxBytesReader(w, req.Body, bodyLimit))
	if err != nil {
		return nil, apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", bodyLimit))
	}
	return data, nil
}

// readObject reads an object of the target's kind.
func readObject(w http.ResponseWriter, req *http.Request, t target) (*unstructured.Unstructured, error) {
	data, err := readBody(w, req)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := utiljson.Unmarshal(data, &u.Object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("unable to decode the body: %v", err))
	}
	if gvk := u.GroupVersionKind(); gvk != t.resource.GroupVersionKind {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s in version %q cannot be handled as a %s: the path is that of %s",
			gvk.Kind, gvk.GroupVersion(), t.resource.Kind, t.resource.GroupVersionKind))
	}
	if name := u.GetName(); t.name != "" && name != "" && name != t.name {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the name of the object (%s) does not match the name on the URL (%s)", name, t.name))
	}
	if ns := u.GetNamespace(); ns != "" && ns != t.namespace {
		return nil, apierrors.NewBadRequest("the namespace of the provided object does not match the namespace sent on the request")
	}
	if t.namespace != "" {
		u.SetNamespace(t.namespace)
	}
	return u, nil
}

func (s *Server) create(w http.ResponseWriter, req *http.Request, t target) error {
	u, err := readObject(w, req, t)
	if err != nil {
		return err
	}
	if u.GetResourceVersion() != "" {
		return apierrors.NewBadRequest("resourceVersion should not be set on objects to be created")
	}
	if t.namespace != "" && s.storage.Get(namespaces().groupResource(), storage.Key{Name: t.namespace}) == nil {
		return apierrors.NewNotFound(namespaces().groupResource(), t.namespace)
	}
	if u.GetName() == "" && u.GetGenerateName() != "" {
		u.SetName(u.GetGenerateName() + rand.String(5))
	}
	if err := checkName(t.resource, u.GetName()); err != nil {
		return err
	}
	if t.resource.Status {
		delete(u.Object, "status")
	}
	fillIn(u)
	created, err := s.storage.Update(t.groupResource(), keyOf(u), func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		if current != nil {
			return nil, apierrors.NewAlreadyExists(t.groupResource(), u.GetName())
		}
		return u, nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, show(t.resource, created))
}

func checkName(r Resource, name string) error {
	at := field.NewPath("metadata", "name")
	var errs field.ErrorList
	if name == "" {
		errs = append(errs, field.Required(at, "name or generateName is required"))
	} else {
		msgs := append(content.IsPathSegmentName(name), validation.IsDNS1123Subdomain(name)...)
		for _, msg := range msgs {
			errs = append(errs, field.Invalid(at, name, msg))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(r.GroupKind(), name, errs)
}

func (s *Server) update(w http.ResponseWriter, req *http.Request, t target) error {
	u, err := readObject(w, req, t)
	if err != nil {
		return err
	}
	return s.modify(w, t, func(*unstructured.Unstructured) (*unstructured.Unstructured, error) { return u, nil })
}

// modify replaces an object by what make makes of it.
func (s *Server) modify(w http.ResponseWriter, t target, make storage.Change[*unstructured.Unstructured]) error { //nolint:predeclared // reads best so
	updated, err := s.storage.Update(t.groupResource(), t.key(), func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		if current == nil {
			return nil, apierrors.NewNotFound(t.groupResource(), t.name)
		}
		next, err := make(current)
		if err != nil {
			return nil, err
		}
		if asked := next.GetResourceVersion(); asked != "" && asked != current.GetResourceVersion() {
			return nil, apierrors.NewConflict(t.groupResource(), t.name, errModified)
		}
		if asked := next.GetUID(); asked != "" && asked != current.GetUID() {
			return nil, unmet(t, "UID", asked, current.GetUID())
		}
		next = replaceContent(t.resource, t.subresource == "status", current, next)
		if next.GetDeletionTimestamp() != nil && len(next.GetFinalizers()) == 0 {
			return nil, nil
		}
		if sameContent(current, next) {
			return current, nil
		}
		return own(next), nil
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, show(t.resource, updated))
}

var errModified = errors.New("the object has been modified; please apply your changes to the latest version and try again")

// own is a copy that the storage may write its version to.
func own(u *unstructured.Unstructured) *unstructured.Unstructured { return u.DeepCopy() }

func (s *Server) delete(w http.ResponseWriter, req *http.Request, t target) error {
	opts, err := readDeleteOptions(w, req)
	if err != nil {
		return err
	}
	deleted, held, err := s.remove(t, opts)
	if err != nil {
		return err
	}
	if held {
		return writeJSON(w, http.StatusOK, show(t.resource, deleted))
	}
	return writeJSON(w, http.StatusOK, metav1.Status{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
		Status:   metav1.StatusSuccess,
		Details:  &metav1.StatusDetails{Name: t.name, Group: t.resource.Group, Kind: t.resource.Name, UID: deleted.GetUID()},
	})
}

func readDeleteOptions(w http.ResponseWriter, req *http.Request) (metav1.DeleteOptions, error) {
	var opts metav1.DeleteOptions
	data, err := readBody(w, req)
	if err != nil || len(data) == 0 {
		return opts, err
	}
	if err := json.Unmarshal(data, &opts); err != nil {
		return opts, apierrors.NewBadRequest(fmt.Sprintf("unable to decode the delete options: %v", err))
	}
	return opts, nil
}

// remove deletes an object, or marks it where finalizers hold it.
func (s *Server) remove(t target, opts metav1.DeleteOptions) (last *unstructured.Unstructured, held bool, err error) {
	last, err = s.storage.Update(t.groupResource(), t.key(), func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		if current == nil {
			return nil, apierrors.NewNotFound(t.groupResource(), t.name)
		}
		if err := checkPreconditions(t, current, opts.Preconditions); err != nil {
			return nil, err
		}
		if len(current.GetFinalizers()) == 0 {
			return nil, nil
		}
		held = true
		if current.GetDeletionTimestamp() != nil {
			return current, nil
		}
		marked := own(current)
		marked.SetDeletionTimestamp(new(metav1.NewTime(time.Now().Truncate(time.Second))))
		marked.SetDeletionGracePeriodSeconds(new(int64(0)))
		marked.SetGeneration(current.GetGeneration() + 1)
		return marked, nil
	})
	return last, held, err
}

// unmet is the conflict of a precondition, in the words of the real server.
func unmet(t target, what string, asked, is any) error {
	words := fmt.Sprintf("Precondition failed: %s in precondition: %v, %s in object meta: %v", what, asked, what, is)
	return apierrors.NewConflict(t.groupResource(), t.name, errors.New(words))
}

func checkPreconditions(t target, current *unstructured.Unstructured, p *metav1.Preconditions) error {
	if p == nil {
		return nil
	}
	if p.UID != nil && *p.UID != current.GetUID() {
		return unmet(t, "UID", *p.UID, current.GetUID())
	}
	if p.ResourceVersion != nil && *p.ResourceVersion != current.GetResourceVersion() {
		return unmet(t, "ResourceVersion", *p.ResourceVersion, current.GetResourceVersion())
	}
	return nil
}

func (s *Server) deleteCollection(w http.ResponseWriter, req *http.Request, t target) error {
	opts, err := listOptions(req.URL.Query())
	if err != nil {
		return err
	}
	matches, err := matcher(opts, t.namespace)
	if err != nil {
		return err
	}
	deleteOpts, err := readDeleteOptions(w, req)
	if err != nil {
		return err
	}
	snapshot, err := s.storage.List(t.groupResource(), storage.Query{Namespace: t.namespace})
	if err != nil {
		return err
	}
	page, _ := pageOf(snapshot.Objects, matches, 0)
	items := []any{}
	for _, u := range page {
		one := t
		one.namespace, one.name = u.GetNamespace(), u.GetName()
		if _, _, err := s.remove(one, deleteOpts); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
		items = append(items, show(t.resource, u))
	}
	return writeJSON(w, http.StatusOK, map[string]any{
		"apiVersion": t.resource.groupVersion().String(), "kind": t.resource.ListKind, "metadata": map[string]any{}, "items": items,
	})
}
