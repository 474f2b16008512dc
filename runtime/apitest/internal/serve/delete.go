package serve

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/internal/storage"
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

// remove deletes an object, or marks it where finalizers or its time to end hold it.
func (r *request) remove(opts *metav1.DeleteOptions) (last *Object, gone bool, err error) {
	if err := r.mayDelete(); err != nil {
		return nil, false, err
	}
	var before *Object
	last, err = r.commit(r.key(), func(current *Object) (*Object, error) {
		if current == nil {
			return nil, r.notFound()
		}
		if err := r.checkPreconditions(current, opts.Preconditions); err != nil {
			return nil, err
		}
		before = current
		next := r.marked(current, *opts)
		gone = next == nil
		return next, nil
	})
	if err != nil || r.write.dryRun {
		return last, gone, err
	}
	if isNamespaces(r.resource) && !gone {
		err = r.api.emptyNamespace(r)
	}
	if gone {
		err = r.api.afterDelete(r, before)
	}
	if err == nil && !gone && r.api.opts.Collect {
		last, gone, err = r.api.collect(r, last)
	}
	return last, gone, err
}

// mayDelete refuses to delete what every cluster needs.
func (r *request) mayDelete() error {
	if isNamespaces(r.resource) && slices.Contains([]string{"default", "kube-system", "kube-public"}, r.name) {
		return apierrors.NewForbidden(r.groupResource(), r.name, errors.New("this namespace may not be deleted"))
	}
	return nil
}

func (r *request) checkPreconditions(current *Object, p *metav1.Preconditions) error {
	if p == nil {
		return nil
	}
	kind := r.groupResource()
	kind.Resource = r.resource.Kind
	if p.UID != nil && *p.UID != current.GetUID() {
		return apierrors.NewConflict(kind, r.name, fmt.Errorf("the UID in the precondition (%s) does not match the UID in record (%s). The object might have been deleted and then recreated", *p.UID, current.GetUID()))
	}
	if p.ResourceVersion != nil && *p.ResourceVersion != current.GetResourceVersion() {
		return apierrors.NewConflict(kind, r.name, fmt.Errorf("the ResourceVersion in the precondition (%s) does not match the ResourceVersion in record (%s). The object might have been modified", *p.ResourceVersion, current.GetResourceVersion()))
	}
	return nil
}

// marked is an object that is being deleted, nil where nothing holds it.
func (r *request) marked(current *Object, opts metav1.DeleteOptions) *Object {
	next := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
	if !r.resource.NoDependents {
		next.SetFinalizers(r.finalizers(current, opts))
	}
	grace := r.grace(current, opts)
	if r.resource.Graceful && grace == 0 {
		r.gone = r.ended(current)
	}
	held := len(next.GetFinalizers()) > 0 || grace > 0 || isNamespaces(r.resource) && namespaceHeld(current)
	if !held {
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
		return stored(next)
	}
	next.SetDeletionTimestamp(new(metav1.NewTime(now().Add(time.Duration(grace) * time.Second))))
	next.SetDeletionGracePeriodSeconds(&grace)
	if generation := current.GetGeneration(); generation > 0 {
		next.SetGeneration(generation + 1)
	}
	if isNamespaces(r.resource) {
		next.SetDeletionGracePeriodSeconds(nil)
		next.Object["status"] = map[string]any{"phase": "Terminating"}
	}
	return stored(next)
}

// ended is the last that is said of an object that was given no time, or has none left.
func (r *request) ended(current *Object) *Object {
	last := &unstructured.Unstructured{Object: withOwnMetadata(current.Object)}
	if current.GetDeletionTimestamp() == nil {
		last.SetGeneration(current.GetGeneration() + 1)
	}
	last.SetDeletionTimestamp(new(now()))
	last.SetDeletionGracePeriodSeconds(new(int64(0)))
	return stored(last)
}

// grace is how many seconds an object is given to end: only pods that run somewhere are given any.
func (r *request) grace(current *Object, opts metav1.DeleteOptions) int64 {
	if !r.resource.Graceful {
		return 0
	}
	node, _, _ := unstructured.NestedString(current.Object, "spec", "nodeName")
	phase, _, _ := unstructured.NestedString(current.Object, "status", "phase")
	grace, given, _ := unstructured.NestedInt64(current.Object, "spec", "terminationGracePeriodSeconds")
	if opts.GracePeriodSeconds != nil {
		grace, given = *opts.GracePeriodSeconds, true
	}
	switch {
	case node == "", phase == "Succeeded", phase == "Failed", !given:
		return 0
	case grace < 0:
		return 1
	}
	return grace
}

// finalizers are an object's own and those that its propagation policy asks for.
func (r *request) finalizers(current *Object, opts metav1.DeleteOptions) []string {
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
		one := *r
		one.namespace, one.name = o.GetNamespace(), o.GetName()
		if _, _, err := one.remove(deleteOpts); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	as, err := r.negotiate()
	if err != nil {
		return err
	}
	return as.list(page, meta)
}

// removeAs deletes an object of any resource, as a request for it would.
func (a *API) removeAs(r *request, key storage.Key, opts *metav1.DeleteOptions) error {
	one := &request{api: a, w: r.w, http: r.http, resource: r.resource, namespace: key.Namespace, name: key.Name}
	_, _, err := one.remove(opts)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
