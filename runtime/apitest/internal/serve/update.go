package serve

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
)

var errModified = errors.New("the object has been modified; please apply your changes to the latest version and try again")

func (r *request) update() error {
	if err := r.readUpdate(); err != nil {
		return err
	}
	u, err := r.readObject()
	if err != nil {
		return err
	}
	if err := r.matchNamespace(u); err != nil {
		return err
	}
	if err := r.matchName(u); err != nil {
		return err
	}
	r.dedupOwners(u)
	first := true
	return r.change(r.resource.CreateOnUpdate, func(current *unstructured.Unstructured) (*unstructured.Unstructured, error) {
		next := u
		if !first { // somebody else was quicker: what was prepared for another state is of no use
			if next, err = r.readObject(); err != nil {
				return nil, err
			}
			r.warnings = nil
		}
		first = false
		if uid := next.GetUID(); uid != "" && current.GetUID() != "" && uid != current.GetUID() {
			return nil, r.conflict("StorageError: invalid object, Code: 4, Key: /registry/%s, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: %v, UID in object meta: %v",
				r.storageKey(), uid, current.GetUID())
		}
		return r.trackUpdate(current, next)
	})
}

// makes makes of the current object, one without uid where there is none, what it is to become. What it returns belongs to
// the caller.
type makes func(current *unstructured.Unstructured) (*unstructured.Unstructured, error)

// change replaces an object, which it may create, by what is made of it, and answers with what it has become.
func (r *request) change(mayCreate bool, makeNext makes) error {
	created := false
	updated, err := r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			created = true
			return r.createdBy(mayCreate, makeNext)
		}
		created, r.gone = false, nil
		return r.changed(current, makeNext)
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

// createdBy makes a new object.
func (r *request) createdBy(mayCreate bool, makeNext makes) (*encode.Object, error) {
	if !mayCreate {
		return nil, r.notFound()
	}
	next, err := makeNext(r.nothing())
	if err != nil {
		return nil, err
	}
	if uid := next.GetUID(); uid != "" {
		return nil, r.conflict("uid mismatch: the provided object specified uid %s, and no existing object was found", uid)
	}
	if err := r.checkNamespace(); err != nil {
		return nil, err
	}
	wipeSystemFields(next)
	next.SetResourceVersion("")
	if err := r.prepareCreate(next); err != nil {
		return nil, err
	}
	return encode.NewObject(next), nil
}

// changed makes of an object what it is to become: nil when its last finalizer goes.
func (r *request) changed(current *encode.Object, makeNext makes) (*encode.Object, error) {
	old := current.In(r.resource)
	next, err := makeNext(old)
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
	if mayGo(old, next) {
		r.gone = encode.NewObject(next)
		return nil, nil
	}
	if sameContent(old, next) {
		return current, nil
	}
	return encode.NewObject(next), nil
}

// storageKey is where the real server keeps an object, which some of its errors name.
func (r *request) storageKey() string {
	parts := []string{r.resource.Name, r.namespace, r.name}
	if r.resource.Group != "" {
		parts = append([]string{r.resource.Group}, parts...)
	}
	return strings.ReplaceAll(strings.Join(parts, "/"), "//", "/")
}

// checkVersion refuses changes of another state than the current one.
func (r *request) checkVersion(current, next *unstructured.Unstructured) error {
	asked := next.GetResourceVersion()
	if _, err := strconv.ParseUint(cmp.Or(asked, "0"), 10, 64); err != nil {
		return fmt.Errorf("strconv.ParseUint: parsing %q: invalid syntax", asked)
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

// mayGo reports whether nothing holds a deleted object any longer.
func mayGo(current, next *unstructured.Unstructured) bool {
	grace := current.GetDeletionGracePeriodSeconds()
	return current.GetDeletionTimestamp() != nil && len(next.GetFinalizers()) == 0 && (grace == nil || *grace == 0)
}
