package serve

import (
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// nameAttempts is how many generated names the server tries for an object.
const nameAttempts = 8

func (r *request) create() error {
	if err := r.readCreate(); err != nil {
		return err
	}
	if r.isReview() {
		return r.review()
	}
	if r.isBinding() {
		return r.bindNamed()
	}
	u, err := r.readObject()
	if err != nil {
		return err
	}
	wipeSystemFields(u)
	if err := r.matchNamespace(u); err != nil {
		return err
	}
	r.name = u.GetName()
	r.dedupOwners(u)
	if u, err = r.trackUpdate(r.nothing(), u); err != nil {
		return err
	}
	if err := r.checkNamespace(); err != nil {
		return err
	}
	created, err := r.storeNew(u)
	if err != nil {
		return err
	}
	if err := r.afterWrite(created); err != nil {
		return err
	}
	return r.reply(http.StatusCreated, created)
}

// storeNew stores a new object. If its name is generated, it tries other names until one is free.
func (r *request) storeNew(u *unstructured.Unstructured) (*encode.Object, error) {
	if u.GetName() != "" || u.GetGenerateName() == "" {
		return r.storeOnce(u)
	}
	var err error
	for range nameAttempts {
		var created *encode.Object
		attempt := &unstructured.Unstructured{Object: withOwnMetadata(u.Object)}
		if created, err = r.storeOnce(attempt); !apierrors.IsAlreadyExists(err) {
			return created, err
		}
	}
	return nil, err
}

func (r *request) storeOnce(u *unstructured.Unstructured) (*encode.Object, error) {
	if err := r.prepareCreate(u); err != nil {
		return nil, err
	}
	generated := r.name == "" && u.GetGenerateName() != ""
	return r.commit(keyOf(u), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return r.object(u), nil
		}
		if generated {
			return nil, apierrors.NewGenerateNameConflict(r.groupResource(), u.GetName(), 1)
		}
		err := apierrors.NewAlreadyExists(r.groupResource(), u.GetName())
		if current.GetDeletionTimestamp() != nil {
			err.ErrStatus.Message = "object is being deleted: " + err.ErrStatus.Message
		}
		return nil, err
	})
}

// commit changes an object in the storage. In a dry run it only returns what the object would become.
func (r *request) commit(key storage.Key, change storage.Change[*encode.Object]) (*encode.Object, error) {
	if !r.write.dryRun {
		return r.api.storage.Update(r.groupResource(), key, change)
	}
	current := r.api.storage.Get(r.groupResource(), key)
	next, err := change(current)
	if next == nil && err == nil {
		return current, nil
	}
	return next, err
}

// afterWrite serves the resources of a definition that was changed.
func (r *request) afterWrite(o *encode.Object) error {
	if r.write.dryRun {
		return nil
	}
	if builtin.IsDefinitions(r.resource) {
		return r.api.serveDefinition(o)
	}
	return nil
}
