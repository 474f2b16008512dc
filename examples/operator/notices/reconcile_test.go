package notices

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"example.com/operator/apis/notices/v1alpha1"
	"example.com/operator/generated/clientset/versioned/fake"

	corefake "github.com/typewright/typewright/generated/kubernetes/fake"
	listers "github.com/typewright/typewright/generated/kubernetes/listers/core/v1"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/record"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a reconciler on fakes, with a notice and its copies in the cache.
type world struct {
	*Reconciler

	core   *corefake.Clientset
	events *record.FakeRecorder
	notice *v1alpha1.Notice
}

func newWorld(t *testing.T, notice *v1alpha1.Notice, copies ...*corev1.ConfigMap) *world {
	t.Helper()
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{})
	objects := make([]runtime.Object, 0, len(copies))
	for _, m := range copies {
		require.NoError(t, indexer.Add(m))
		objects = append(objects, m)
	}
	w := &world{core: corefake.NewClientset(objects...), events: record.NewFakeRecorder(10), notice: notice}
	w.Reconciler = &Reconciler{
		Client: fake.NewClientset(notice), Core: w.core, Copies: listers.NewConfigMapLister(indexer), Events: w.events,
	}
	return w
}

// reconcile returns the result, and the notice after it.
func (w *world) reconcile(t *testing.T) (controller.Result, *v1alpha1.Notice) {
	t.Helper()
	result, err := w.Reconcile(t.Context(), w.notice.DeepCopy())
	require.NoError(t, err)
	after, err := w.Client.NoticesV1alpha1().Notices().Get(t.Context(), w.notice.Name, metav1.GetOptions{})
	require.NoError(t, err)
	return result, after
}

// writes returns the verbs and namespaces of the writes of config maps.
func (w *world) writes() []string {
	var writes []string
	for _, action := range w.core.Actions() {
		writes = append(writes, action.GetVerb()+" "+action.GetNamespace())
	}
	return writes
}

func newNotice(namespaces ...string) *v1alpha1.Notice {
	return &v1alpha1.Notice{
		ObjectMeta: metav1.ObjectMeta{Name: "party", Finalizers: []string{Finalizer}, Generation: 3},
		Spec:       v1alpha1.NoticeSpec{Text: "at eight", Namespaces: namespaces},
	}
}

func newCopy(namespace, text string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "notice-party", Labels: map[string]string{Label: "party"}},
		Data:       map[string]string{"text": text},
	}
}

func TestTheFinalizerComesFirst(t *testing.T) {
	notice := newNotice("blue")
	notice.Finalizers = nil
	w := newWorld(t, notice)
	_, after := w.reconcile(t)
	assert.Equal(t, []string{Finalizer}, after.Finalizers)
	assert.Empty(t, w.writes())
}

func TestCopiesFollowTheNotice(t *testing.T) {
	w := newWorld(t, newNotice("blue", "green", "red"), newCopy("blue", "at eight"), newCopy("green", "at seven"), newCopy("old", "at eight"))
	result, after := w.reconcile(t)
	assert.Zero(t, result)
	assert.Equal(t, []string{"delete old", "patch green", "patch red"}, w.writes())
	assert.EqualValues(t, 3, after.Status.Copies)
	ready := meta.FindStatusCondition(after.Status.Conditions, Ready)
	require.NotNil(t, ready)
	assert.Equal(t, metav1.ConditionTrue, ready.Status)
	assert.EqualValues(t, 3, ready.ObservedGeneration)
	assert.Equal(t, "Normal Copied 3 copies are up to date", <-w.events.Events)
}

func TestNothingIsWrittenTwice(t *testing.T) {
	w := newWorld(t, newNotice("blue"), newCopy("blue", "at eight"))
	_, w.notice = w.reconcile(t)
	version := w.notice.ResourceVersion
	_, again := w.reconcile(t)
	assert.Equal(t, version, again.ResourceVersion)
	assert.Empty(t, w.writes())
	assert.Len(t, w.events.Events, 1)
}

func TestAMissingNamespaceIsReported(t *testing.T) {
	w := newWorld(t, newNotice("blue", "gone"))
	w.core.PrependReactor("patch", "configmaps", func(action clienttesting.Action) (bool, runtime.Object, error) {
		missing := action.GetNamespace() == "gone"
		return missing, nil, apierrors.NewNotFound(corev1.Resource("namespaces"), "gone")
	})
	result, after := w.reconcile(t)
	assert.Equal(t, controller.Result{RequeueAfter: time.Minute}, result)
	assert.EqualValues(t, 1, after.Status.Copies)
	assert.True(t, meta.IsStatusConditionFalse(after.Status.Conditions, Ready))
	assert.Equal(t, "Warning NamespaceMissing there is no namespace gone", <-w.events.Events)
}

func TestOtherErrorsAreRetried(t *testing.T) {
	w := newWorld(t, newNotice("blue"))
	broken := errors.New("no connection")
	w.core.PrependReactor("patch", "configmaps", func(clienttesting.Action) (bool, runtime.Object, error) { return true, nil, broken })
	_, err := w.Reconcile(t.Context(), w.notice)
	require.ErrorIs(t, err, broken)
	assert.Empty(t, w.events.Events)
}

func TestCopiesGoBeforeTheNotice(t *testing.T) {
	notice := newNotice("blue")
	notice.DeletionTimestamp = &metav1.Time{Time: time.Unix(0, 0)}
	w := newWorld(t, notice, newCopy("blue", "at eight"))
	_, after := w.reconcile(t)
	assert.Equal(t, []string{"delete blue"}, w.writes())
	assert.Equal(t, []string{Finalizer}, after.Finalizers)

	w = newWorld(t, notice)
	_, after = w.reconcile(t)
	assert.Empty(t, after.Finalizers, "a server would delete it now; the fake keeps it")
}
