package serve

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

var errModified = errors.New("the object has been modified; please apply your changes to the latest version and try again")

func (r *request) update() error {
	if err := r.readUpdate(); err != nil {
		return err
	}
	read, err := r.readReplacement() // a bad body is refused before the object is looked up
	if apierrors.IsInvalid(err) {
		return r.refuseKind(err)
	}
	if err != nil {
		return err
	}
	return r.change(r.resource.CreateOnUpdate, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		next := read
		read = nil
		if next == nil { // the object has changed meanwhile, and the last run has written to what was read
			if next, err = r.readReplacement(); err != nil {
				return nil, err
			}
		}
		if uid := next.GetUID(); uid != "" && r.scaled == nil && uid != current.GetUID() {
			return nil, r.conflict("StorageError: invalid object, Code: 4, Key: %s, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: %v, UID in object meta: %v",
				r.storageKey(), uid, current.GetUID())
		}
		return r.trackUpdate(current, next)
	})
}

// refuseKind refuses a custom object of another kind, if the object exists in the version that the body asks for.
func (r *request) refuseKind(kind error) error {
	return r.change(r.resource.CreateOnUpdate, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		data, err := r.bodyJSON()
		if err != nil {
			return nil, err
		}
		asked := &unstructured.Unstructured{}
		if err := json.Unmarshal(data, &asked.Object); err != nil {
			return nil, kind
		}
		if err := r.checkVersion(current, asked); err != nil {
			return nil, err
		}
		return nil, kind
	})
}

// readReplacement reads the new object from the body of an update.
func (r *request) readReplacement() (*unstructured.Unstructured, error) {
	r.warnings = nil
	u, err := r.readObject()
	if err != nil {
		return nil, err
	}
	return u, r.samePlace(u)
}

// transform returns the new state of an object. If there is no object, current has no uid. The caller owns the result. A transform runs
// again if the object was changed by another request. Only the result and the warnings of the last run count.
type transform func(current *unstructured.Unstructured) (*unstructured.Unstructured, error)

// change transforms an object, and returns the result to the client. If there is no object, it creates one if the resource allows that.
func (r *request) change(mayCreate bool, run transform) error {
	if r.scaled != nil {
		return r.scaled.changeScale(r, run)
	}
	created := false
	updated, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			created = true
			return r.createdBy(mayCreate, run)
		}
		created, r.gone = false, nil
		return r.changed(current, run)
	})
	if err != nil {
		return err
	}
	if r.gone != nil {
		if !r.write.dryRun {
			if err := r.api.afterDelete(r, r.gone); err != nil {
				return err
			}
		}
		return r.reply(http.StatusOK, r.gone)
	}
	if err := r.afterWrite(updated); err != nil {
		return err
	}
	code := http.StatusOK
	if created {
		code = http.StatusCreated
	}
	return r.reply(code, updated)
}

// createdBy returns the new object that a transform makes.
func (r *request) createdBy(mayCreate bool, run transform) (*encode.Object, error) {
	if !mayCreate {
		return nil, r.notFound()
	}
	next, err := run(r.nothing())
	if err != nil {
		return nil, err
	}
	if uid := next.GetUID(); uid != "" {
		return nil, r.conflict("uid mismatch: the provided object specified uid %s, and no existing object was found", uid)
	}
	if err := r.checkNamespace(); err != nil {
		return nil, err
	}
	if _, err := strconv.ParseUint(cmp.Or(next.GetResourceVersion(), "0"), 10, 64); err != nil {
		return nil, badVersion(next.GetResourceVersion())
	}
	wipeSystemFields(next)
	if !r.write.dryRun {
		next.SetResourceVersion("")
	}
	if err := r.prepareCreate(next); err != nil {
		return nil, err
	}
	return r.object(next), nil
}

// changed returns the result of a transform. It returns nil if the change deletes the object, because it was being deleted and its last
// finalizer was removed. Then r.gone is the last state.
func (r *request) changed(current *encode.Object, run transform) (*encode.Object, error) {
	old := current.In(r.resource)
	next, err := run(old)
	if err != nil {
		return nil, err
	}
	if err := r.checkVersion(old, next); err != nil {
		return nil, err
	}
	next.SetResourceVersion(old.GetResourceVersion())
	if err := r.prepareUpdate(old, next); err != nil {
		return nil, err
	}
	keepTimes(old, next)
	if mayGo(old, next) && (!builtin.IsNamespaces(r.resource) || !builtin.HasFinalizersInSpec(next)) {
		r.gone = encode.NewObject(next)
		return nil, nil
	}
	if sameContent(old, next) && !current.Filled {
		return current, nil
	}
	return r.object(next), nil
}

// storageKey is the key under which the real server keeps an object. One of its errors shows it, in a dry run without the first part.
func (r *request) storageKey() string {
	parts := []string{storageFolder(r.resource.Name), r.namespace, r.name}
	if r.resource.Custom() {
		parts = []string{r.resource.Group, r.resource.Name, r.namespace, r.name}
	}
	root := "/registry/"
	if r.write.dryRun {
		root = "/"
	}
	return root + strings.ReplaceAll(strings.Join(parts, "/"), "//", "/")
}

// storageFolder returns the first part of the keys of a built-in resource: its name, but for some old resources.
func storageFolder(resource string) string {
	switch resource {
	case "services":
		return "services/specs"
	case "endpoints":
		return "services/endpoints"
	case "nodes":
		return "minions"
	case "replicationcontrollers":
		return "controllers"
	case "ingresses":
		return "ingress"
	}
	return resource
}

// badVersion is the error of a resource version that is no number. It has no Status, so the answer is 500, as the real server's is.
func badVersion(version string) error {
	return fmt.Errorf("strconv.ParseUint: parsing %q: invalid syntax", version)
}

// checkVersion refuses a change with another resource version than the current one, and one without a resource version if the resource
// requires it.
func (r *request) checkVersion(current, next *unstructured.Unstructured) error {
	asked := next.GetResourceVersion()
	if _, err := strconv.ParseUint(cmp.Or(asked, "0"), 10, 64); err != nil {
		return badVersion(asked)
	}
	switch {
	case asked == current.GetResourceVersion():
		return nil
	case asked != "" && asked != "0":
		return apierrors.NewConflict(r.groupResource(), r.name, errModified)
	case r.resource.Unconditional:
		return nil
	}
	return apierrors.NewInvalid(schema.GroupKind{Group: r.resource.Group, Kind: r.resource.Name}, r.name, field.ErrorList{
		field.Invalid(field.NewPath("metadata").Child("resourceVersion"), uint64(0), "must be specified for an update"),
	})
}

// mayGo reports whether an object is being deleted and nothing holds it any more.
func mayGo(current, next *unstructured.Unstructured) bool {
	grace := current.GetDeletionGracePeriodSeconds()
	return current.GetDeletionTimestamp() != nil && len(next.GetFinalizers()) == 0 && (grace == nil || *grace == 0)
}
