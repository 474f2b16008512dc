package serve

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

func (r *request) delete() error {
	opts, err := r.readDeleteOptions()
	if err != nil {
		return err
	}
	r.write.dryRun = len(opts.DryRun) > 0
	last, gone, err := r.remove(opts)
	if err != nil {
		return err
	}
	code := http.StatusOK
	if orphans := opts.OrphanDependents; !gone && orphans != nil && !*orphans { //nolint:staticcheck // old clients still send it
		code = http.StatusAccepted
	}
	if gone && !r.resource.ReturnDeleted {
		return r.replyStatus(code, &metav1.StatusDetails{
			Name: r.name, Group: r.resource.Group, Kind: r.resource.Name, UID: last.GetUID(),
		})
	}
	if gone && r.gone != nil {
		r.gone.SetResourceVersion(last.GetResourceVersion())
		last = r.gone
	}
	return r.reply(code, last)
}

// remove deletes an object, or marks it as being deleted if finalizers or a grace period hold it. It returns the object's last
// state and whether it is gone.
func (r *request) remove(opts *metav1.DeleteOptions) (last *encode.Object, gone bool, err error) {
	if err := builtin.CheckDelete(r.resource, r.name); err != nil {
		return nil, false, err
	}
	var before *encode.Object
	last, err = r.commit(r.key(), func(current *encode.Object) (*encode.Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := r.checkPreconditions(current, opts.Preconditions); err != nil {
			return nil, err
		}
		before, r.gone = current, nil
		next := r.marked(current, *opts)
		gone = next == nil
		return next, nil
	})
	if err != nil || r.write.dryRun {
		return last, gone, err
	}
	if builtin.IsNamespaces(r.resource) && !gone {
		err = r.api.emptyNamespace(r)
	}
	if gone {
		err = r.api.afterDelete(r, before)
	}
	if err == nil && !gone && r.api.opts.Collect {
		last, gone, err = r.api.finishDeletion(r, last)
	}
	return last, gone, err
}

func (r *request) checkPreconditions(current *encode.Object, p *metav1.Preconditions) error {
	if p == nil {
		return nil
	}
	kind := r.groupResource()
	if builtin.IsNamespaces(r.resource) {
		return checkNamespacePreconditions(current, p)
	}
	kind.Resource = r.resource.Kind
	if p.UID != nil && *p.UID != current.GetUID() {
		return apierrors.NewConflict(kind, r.name, fmt.Errorf("the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated", *p.UID, current.GetUID()))
	}
	if p.ResourceVersion != nil && *p.ResourceVersion != current.GetResourceVersion() {
		return apierrors.NewConflict(kind, r.name, fmt.Errorf("the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified", *p.ResourceVersion, current.GetResourceVersion()))
	}
	return nil
}

// checkNamespacePreconditions is checkPreconditions with other messages: the real server checks namespaces in other code.
func checkNamespacePreconditions(current *encode.Object, p *metav1.Preconditions) error {
	conflict := func(what string, asked, have any) error {
		return apierrors.NewConflict(builtin.Namespaces(), current.GetName(),
			//nolint:staticcheck // the real server begins it so
			fmt.Errorf("Precondition failed: %s in precondition: %v, %s in object meta: %v", what, asked, what, have))
	}
	if p.UID != nil && *p.UID != current.GetUID() {
		return conflict("UID", *p.UID, current.GetUID())
	}
	if p.ResourceVersion != nil && *p.ResourceVersion != current.GetResourceVersion() {
		return conflict("ResourceVersion", *p.ResourceVersion, current.GetResourceVersion())
	}
	return nil
}

// marked returns an object as one that is being deleted, nil if nothing holds it.
func (r *request) marked(current *encode.Object, opts metav1.DeleteOptions) *encode.Object {
	next := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
	if !r.resource.NoDependents {
		next.SetFinalizers(r.finalizers(current, opts))
	}
	grace := builtin.GracePeriod(r.resource, &current.Unstructured, opts.GracePeriodSeconds)
	if r.resource.Graceful && grace == 0 {
		r.gone = r.ended(current)
	}
	if builtin.IsNamespaces(r.resource) && (current.GetDeletionTimestamp() == nil || builtin.HasFinalizersInSpec(&current.Unstructured)) {
		return markedNamespace(current, next)
	}
	if len(next.GetFinalizers()) == 0 && grace == 0 {
		return nil
	}
	if already := current.GetDeletionTimestamp(); already != nil {
		left := current.GetDeletionGracePeriodSeconds()
		switch {
		case left != nil && grace < *left:
			next.SetDeletionTimestamp(new(metav1.NewTime(already.Add(time.Duration(grace-*left) * time.Second))))
			next.SetDeletionGracePeriodSeconds(&grace)
		case slices.Equal(next.GetFinalizers(), current.GetFinalizers()):
			return current
		}
		return encode.NewObject(next)
	}
	next.SetDeletionTimestamp(new(metav1.NewTime(now().Add(time.Duration(grace) * time.Second))))
	next.SetDeletionGracePeriodSeconds(&grace)
	if generation := current.GetGeneration(); generation > 0 {
		next.SetGeneration(generation + 1)
	}
	return encode.NewObject(next)
}

// markedNamespace returns a namespace as one that is being deleted. The first request only marks it, even if nothing holds it. Further
// requests change nothing until its content is deleted.
func markedNamespace(current *encode.Object, next *unstructured.Unstructured) *encode.Object {
	if current.GetDeletionTimestamp() != nil {
		return current
	}
	next.SetDeletionTimestamp(new(now()))
	status, _ := next.Object["status"].(map[string]any)
	status = maps.Clone(status)
	if status == nil {
		status = map[string]any{}
	}
	status["phase"] = "Terminating"
	next.Object["status"] = status
	return encode.NewObject(next)
}

// ended returns the last state of an object whose grace period is over, or that has none.
func (r *request) ended(current *encode.Object) *encode.Object {
	last := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
	if current.GetDeletionTimestamp() == nil {
		last.SetGeneration(current.GetGeneration() + 1)
	}
	last.SetDeletionTimestamp(new(now()))
	last.SetDeletionGracePeriodSeconds(new(int64(0)))
	return encode.NewObject(last)
}

// finalizers returns the finalizers of an object being deleted: its own, and the one that the propagation policy asks for.
func (r *request) finalizers(current *encode.Object, opts metav1.DeleteOptions) []string {
	have := current.GetFinalizers()
	orphan := slices.Contains(have, metav1.FinalizerOrphanDependents)
	foreground := !orphan && slices.Contains(have, metav1.FinalizerDeleteDependents)
	switch {
	case opts.OrphanDependents != nil: //nolint:staticcheck // old clients still send it
		orphan, foreground = *opts.OrphanDependents, false //nolint:staticcheck // as above
	case opts.PropagationPolicy != nil:
		orphan = *opts.PropagationPolicy == metav1.DeletePropagationOrphan
		foreground = *opts.PropagationPolicy == metav1.DeletePropagationForeground
	}
	var next []string
	for _, finalizer := range have {
		if finalizer != metav1.FinalizerOrphanDependents && finalizer != metav1.FinalizerDeleteDependents {
			next = append(next, finalizer)
		}
	}
	if orphan {
		next = append(next, metav1.FinalizerOrphanDependents)
	}
	if foreground {
		next = append(next, metav1.FinalizerDeleteDependents)
	}
	return next
}

func (r *request) deleteCollection() error {
	encoder, err := r.negotiate()
	if err != nil {
		return err
	}
	opts, err := r.readListOptions()
	if err != nil {
		return err
	}
	deleteOpts, err := r.readDeleteOptions()
	if err != nil {
		return err
	}
	r.write.dryRun = len(deleteOpts.DryRun) > 0
	page, meta, err := r.page(opts)
	if err != nil {
		return err
	}
	for _, o := range page {
		single := *r
		single.namespace, single.name = o.GetNamespace(), o.GetName()
		if _, _, err := single.remove(deleteOpts); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return encoder.WriteList(r.w, page, meta)
}

// removeFor deletes an object of any resource, as part of the request r.
func (a *API) removeFor(r *request, resource *kinds.Resource, o *encode.Object) error {
	key := keyOf(&o.Unstructured)
	single := &request{api: a, w: r.w, http: r.http, resource: resource, namespace: key.Namespace, name: key.Name}
	_, _, err := single.remove(&metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
