package notices

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"example.com/operator/apis/notices/v1alpha1"
	apply "example.com/operator/generated/applyconfiguration/notices/v1alpha1"
	"example.com/operator/generated/clientset/versioned"

	"github.com/typewright/typewright/generated/kubernetes"
	applycore "github.com/typewright/typewright/generated/kubernetes/applyconfigurations/core/v1"
	listers "github.com/typewright/typewright/generated/kubernetes/listers/core/v1"
	applymeta "github.com/typewright/typewright/runtime/applyconfigurations/meta/v1"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/record"
)

const (
	// Name is the name of the controller, of its lease and of its field manager.
	Name = "notice-operator"
	// Finalizer keeps a notice until its copies are gone: no garbage collector follows owners into other namespaces.
	Finalizer = "notices.example.com/copies"
	// Label has the name of the notice that a config map is a copy of.
	Label = "notices.example.com/notice"
	// Ready is the condition that all copies are up to date.
	Ready = "Ready"
)

// Reconciler keeps the copies of notices.
type Reconciler struct {
	Client versioned.Interface
	Core   kubernetes.Interface
	Copies listers.ConfigMapLister // of the config maps with the label
	Events record.EventRecorder
}

// Reconcile brings the copies of a notice to what it says.
func (r *Reconciler) Reconcile(ctx context.Context, notice *v1alpha1.Notice) (controller.Result, error) {
	copies, err := r.Copies.List(labels.SelectorFromSet(labels.Set{Label: notice.Name}))
	if err != nil {
		return controller.Result{}, fmt.Errorf("list copies: %w", err)
	}
	if notice.DeletionTimestamp != nil {
		return controller.Result{}, r.finish(ctx, notice, copies)
	}
	if !slices.Contains(notice.Finalizers, Finalizer) { // before there is a copy
		notice.Finalizers = append(notice.Finalizers, Finalizer)
		_, err := r.Client.NoticesV1alpha1().Notices().Update(ctx, notice, metav1.UpdateOptions{})
		return controller.Result{}, err // the change asks for the next reconcile
	}
	surplus := slices.DeleteFunc(slices.Clone(copies), func(m *corev1.ConfigMap) bool {
		return slices.Contains(notice.Spec.Namespaces, m.Namespace)
	})
	if err := r.remove(ctx, surplus); err != nil {
		return controller.Result{}, err
	}
	missing, err := r.write(ctx, notice, copies)
	if err != nil {
		return controller.Result{}, err
	}
	result := controller.Result{}
	if len(missing) > 0 { // no informer tells when they come
		result.RequeueAfter = time.Minute
	}
	return result, r.report(ctx, notice, missing)
}

// write applies the copies that are not up to date, and returns the namespaces that do not exist.
func (r *Reconciler) write(ctx context.Context, notice *v1alpha1.Notice, copies []*corev1.ConfigMap) (missing []string, err error) {
	for _, namespace := range notice.Spec.Namespaces {
		if slices.ContainsFunc(copies, func(m *corev1.ConfigMap) bool {
			return m.Namespace == namespace && m.Data["text"] == notice.Spec.Text
		}) {
			continue
		}
		wanted := applycore.ConfigMap("notice-"+notice.Name, namespace).
			WithLabels(map[string]string{Label: notice.Name}).
			WithData(map[string]string{"text": notice.Spec.Text})
		_, err := r.Core.CoreV1().ConfigMaps(namespace).Apply(ctx, wanted, metav1.ApplyOptions{FieldManager: Name, Force: true})
		switch {
		case apierrors.IsNotFound(err):
			missing = append(missing, namespace)
		case err != nil:
			return nil, fmt.Errorf("copy to namespace %s: %w", namespace, err)
		}
	}
	return missing, nil
}

// report applies the status, if it is not what the notice has.
func (r *Reconciler) report(ctx context.Context, notice *v1alpha1.Notice, missing []string) error {
	copies := int32(len(notice.Spec.Namespaces) - len(missing)) //nolint:gosec // not that many
	ready := metav1.Condition{
		Type: Ready, Status: metav1.ConditionTrue, Reason: "Copied", ObservedGeneration: notice.Generation,
		Message: fmt.Sprintf("%d copies are up to date", copies),
	}
	event := corev1.EventTypeNormal
	if len(missing) > 0 {
		event = corev1.EventTypeWarning
		ready.Status, ready.Reason = metav1.ConditionFalse, "NamespaceMissing"
		ready.Message = "there is no namespace " + strings.Join(missing, ", ")
	}
	if !meta.SetStatusCondition(&notice.Status.Conditions, ready) && notice.Status.Copies == copies {
		return nil
	}
	ready = *meta.FindStatusCondition(notice.Status.Conditions, Ready) // with the time of the transition
	status := apply.NoticeStatus().WithCopies(copies).WithConditions(applymeta.Condition().
		WithType(ready.Type).WithStatus(ready.Status).WithReason(ready.Reason).WithMessage(ready.Message).
		WithObservedGeneration(ready.ObservedGeneration).WithLastTransitionTime(ready.LastTransitionTime))
	options := metav1.ApplyOptions{FieldManager: Name, Force: true}
	_, err := r.Client.NoticesV1alpha1().Notices().ApplyStatus(ctx, apply.Notice(notice.Name).WithStatus(status), options)
	if err == nil {
		r.Events.Event(notice, event, ready.Reason, ready.Message)
	}
	return err
}

// finish removes the copies of a notice that is to go, and lets it go after the last one.
func (r *Reconciler) finish(ctx context.Context, notice *v1alpha1.Notice, copies []*corev1.ConfigMap) error {
	if len(copies) > 0 || !slices.Contains(notice.Finalizers, Finalizer) {
		return r.remove(ctx, copies) // their end asks for the next reconcile
	}
	notice.Finalizers = slices.DeleteFunc(notice.Finalizers, func(name string) bool { return name == Finalizer })
	_, err := r.Client.NoticesV1alpha1().Notices().Update(ctx, notice, metav1.UpdateOptions{})
	return err
}

func (r *Reconciler) remove(ctx context.Context, copies []*corev1.ConfigMap) error {
	for _, m := range copies {
		err := r.Core.CoreV1().ConfigMaps(m.Namespace).Delete(ctx, m.Name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("remove the copy in namespace %s: %w", m.Namespace, err)
		}
	}
	return nil
}
