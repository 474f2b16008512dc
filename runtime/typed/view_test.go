package typed_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/codec"
	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// podView has the node of a pod, and no annotations.
type podView struct {
	metav1.TypeMeta `json:",inline"`
	bareMeta        `json:"metadata"`

	Spec struct {
		NodeName string `json:"nodeName"`
	} `json:"spec"`
}

// bareMeta has what caches need. The other methods of metav1.Object are those of noMeta.
type bareMeta struct {
	noMeta

	Name            string `json:"name"`
	ResourceVersion string `json:"resourceVersion"`
}

// noMeta has no field in JSON. Its methods panic.
type noMeta struct{ metav1.Object }

func (m *bareMeta) GetName() string                              { return m.Name }
func (m *bareMeta) GetNamespace() string                         { return "" }
func (m *bareMeta) GetResourceVersion() string                   { return m.ResourceVersion }
func (m *bareMeta) GetAnnotations() map[string]string            { return nil }
func (m *bareMeta) SetManagedFields([]metav1.ManagedFieldsEntry) {}

func (v *podView) DeepCopyObject() runtime.Object {
	other := *v
	return &other
}

// decodePodView is a decoder as the generators emit it.
func decodePodView(s *scan.Scanner, v *podView) {
	for o := s.Object(); o.Next(); {
		switch string(o.Name) {
		case "metadata":
			for o := s.Object(); o.Next(); {
				switch string(o.Name) {
				case "name":
					scan.String(s, &v.Name)
				case "resourceVersion":
					scan.String(s, &v.ResourceVersion)
				default:
					s.Skip()
				}
			}
		case "spec":
			for o := s.Object(); o.Next(); {
				switch string(o.Name) {
				case "nodeName":
					scan.String(s, &v.Spec.NodeName)
				default:
					s.Skip()
				}
			}
		default:
			s.Skip()
		}
	}
}

func podViews() *typed.View[*podView] {
	return typed.NewView(typed.ViewOptions[*podView]{
		Kind: schema.GroupVersionKind{Version: "v1", Kind: "Pod"}, Resource: "pods", Namespaced: true,
		New: func() *podView { return &podView{} },
	}, func() codec.Table { return codec.Table{codec.For(decodePodView)} })
}

func podOn(node, version string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: "web", ResourceVersion: version, Annotations: map[string]string{"long": "text"}},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "web", Image: "web"}}},
	}
}

// ofAnotherGroup returns a REST client, from which a view makes its own.
func ofAnotherGroup(t *testing.T, handler http.Handler) rest.Interface {
	t.Helper()
	base, ok := connect(t, handler).(*rest.RESTClient)
	require.True(t, ok)
	return base
}

func TestViewsListAndGet(t *testing.T) {
	list := corev1.PodList{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, ListMeta: metav1.ListMeta{ResourceVersion: "9", Continue: "more"},
		Items: []corev1.Pod{*podOn("n1", "7"), *podOn("n2", "8")},
	}
	r := &recorder{answer: answering(list)}
	client := podViews().Client(ofAnotherGroup(t, r), "shop")
	got, err := client.List(t.Context(), metav1.ListOptions{Limit: 2})
	require.NoError(t, err)
	assert.Equal(t, list.ListMeta, got.ListMeta)
	require.Len(t, got.Items, 2)
	assert.Equal(t, "n2", got.Items[1].Spec.NodeName)
	request := r.only(t)
	assert.Equal(t, "/api/v1/namespaces/shop/pods", request.Path)
	assert.Equal(t, "application/json", request.Accept)

	other, ok := got.DeepCopyObject().(*typed.ViewList[*podView])
	require.True(t, ok)
	assert.Equal(t, got, other)
	other.Items[0].Name = "changed"
	assert.Equal(t, "web", got.Items[0].Name)
	assert.Nil(t, (*typed.ViewList[*podView])(nil).DeepCopyObject())

	r.answer = answering(podOn("n3", "9"))
	one, err := client.Get(t.Context(), "web", metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, "n3", one.Spec.NodeName)

	elsewhere, namespaced := client.InNamespace("office")
	assert.True(t, namespaced)
	resource, namespace := elsewhere.(*typed.ViewClient[*podView]).Describe()
	assert.Equal(t, []string{"pods", "office"}, []string{resource, namespace})
}

// Bookmarks mark the end of the initial events by an annotation, which a view without annotations must see, too.
func TestViewsWatchWithBookmarks(t *testing.T) {
	bookmark := &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{ResourceVersion: "12", Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"}},
	}
	answer := func(w http.ResponseWriter, _ *http.Request) {
		for _, event := range []metav1.WatchEvent{
			{Type: "ADDED", Object: runtime.RawExtension{Object: podOn("n1", "10")}},
			{Type: "MODIFIED", Object: runtime.RawExtension{Object: podOn("n2", "11")}},
			{Type: "BOOKMARK", Object: runtime.RawExtension{Object: bookmark}},
			{Type: "DELETED", Object: runtime.RawExtension{Object: podOn("n2", "13")}},
		} {
			_ = json.NewEncoder(w).Encode(event)
		}
	}
	client := podViews().Client(ofAnotherGroup(t, &recorder{answer: answer}), "")
	var seen []string
	opened := false
	err := client.StreamWatch(t.Context(), cache.StreamOptions{Opened: func() { opened = true }}, func(e cache.StreamEvent[*podView]) error {
		node := ""
		if e.Type != watch.Bookmark {
			node = e.Object.Spec.NodeName
		}
		seen = append(seen, fmt.Sprint(e.Type, " ", node, " ", e.ResourceVersion, " ", e.InitialEventsEnd))
		return nil
	})
	require.NoError(t, err)
	assert.True(t, opened)
	assert.Equal(t, []string{"ADDED n1 10 false", "MODIFIED n2 11 false", "BOOKMARK  12 true", "DELETED n2 13 false"}, seen)

	w, err := client.Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	defer w.Stop()
	assert.IsType(t, &podView{}, (<-w.ResultChan()).Object)
}

func TestErrorsOfViews(t *testing.T) {
	status := metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Failure", Reason: metav1.StatusReasonForbidden, Code: 403}
	forbidden := podViews().Client(ofAnotherGroup(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(status)
	})), "")
	_, err := forbidden.List(t.Context(), metav1.ListOptions{})
	assert.True(t, apierrors.IsForbidden(err), "%v", err)
	broken := podViews().Client(ofAnotherGroup(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"kind":"PodList","apiVersion":"v1","items":[{"spec":{"nodeName":7}}]}`)
	})), "")
	_, err = broken.List(t.Context(), metav1.ListOptions{})
	require.ErrorContains(t, err, "nodeName")

	for name, from := range map[string]rest.Interface{"nothing": nil, "a nil client": (*rest.RESTClient)(nil)} {
		client := podViews().Client(from, "")
		_, listErr := client.List(t.Context(), metav1.ListOptions{})
		_, getErr := client.Get(t.Context(), "web", metav1.GetOptions{})
		_, watchErr := client.Watch(t.Context(), metav1.ListOptions{})
		streamErr := client.StreamWatch(t.Context(), cache.StreamOptions{}, func(cache.StreamEvent[*podView]) error { return nil })
		for _, err := range []error{listErr, getErr, watchErr, streamErr} {
			require.ErrorContains(t, err, "NewServerBacked", name)
		}
	}
}
