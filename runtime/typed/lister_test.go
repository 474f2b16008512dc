package typed_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
)

func indexerOf(t *testing.T, indexers cache.Indexers, pods ...any) cache.Indexer {
	t.Helper()
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, indexers)
	for _, pod := range pods {
		require.NoError(t, indexer.Add(pod))
	}
	return indexer
}

func labelled(namespace, name, tier string) *corev1.Pod {
	pod := newPod(namespace, name)
	pod.Labels = map[string]string{"tier": tier}
	return pod
}

func sortedNames(pods []*corev1.Pod) []string {
	var names []string
	for _, pod := range pods {
		names = append(names, pod.Namespace+"/"+pod.Name)
	}
	slices.Sort(names)
	return names
}

func TestLister(t *testing.T) {
	pods := []any{labelled("x", "a", "web"), labelled("x", "b", "db"), labelled("y", "a", "web"), newPod("", "lone")}
	web := labels.SelectorFromSet(labels.Set{"tier": "web"})
	tests := map[string]struct {
		namespace string
		selector  labels.Selector
		want      []string
	}{
		"everything":               {selector: labels.Everything(), want: []string{"/lone", "x/a", "x/b", "y/a"}},
		"a nil selector":           {want: []string{"/lone", "x/a", "x/b", "y/a"}},
		"nothing":                  {selector: labels.Nothing()},
		"by label":                 {selector: web, want: []string{"x/a", "y/a"}},
		"a namespace":              {namespace: "x", selector: labels.Everything(), want: []string{"x/a", "x/b"}},
		"a namespace, by label":    {namespace: "x", selector: web, want: []string{"x/a"}},
		"a namespace without pods": {namespace: "z", selector: labels.Everything()},
	}
	stores := map[string]cache.Indexer{
		"with a namespace index":    indexerOf(t, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc}, pods...),
		"without a namespace index": indexerOf(t, cache.Indexers{}, pods...),
	}
	for kind, indexer := range stores {
		for what, tc := range tests {
			t.Run(what+" "+kind, func(t *testing.T) {
				lister := typed.NewLister[*corev1.Pod](indexer, corev1.Resource("pod"))
				if tc.namespace != "" {
					lister = typed.NewNamespaceLister(lister, tc.namespace)
				}
				found, err := lister.List(tc.selector)
				require.NoError(t, err)
				assert.Equal(t, tc.want, sortedNames(found))
				assert.Equal(t, tc.want, sortedNames(slices.Collect(lister.All(tc.selector))))
			})
		}
	}
}

func TestListerGet(t *testing.T) {
	pod := newPod("x", "a")
	lister := typed.NewLister[*corev1.Pod](indexerOf(t, cache.Indexers{}, pod, newPod("", "lone")), corev1.Resource("pod"))

	got, err := typed.NewNamespaceLister(lister, "x").Get("a")
	require.NoError(t, err)
	assert.Same(t, pod, got)
	_, err = lister.Get("lone")
	require.NoError(t, err)
	got, err = typed.NewNamespaceLister(lister, "y").Get("a")
	assert.True(t, apierrors.IsNotFound(err))
	assert.EqualError(t, err, `pod "a" not found`)
	assert.Nil(t, got)
}

func TestListerOfAnIndexerWithAnotherType(t *testing.T) {
	lister := typed.NewLister[*corev1.Pod](indexerOf(t, cache.Indexers{}, &corev1.Node{}), corev1.Resource("pod"))
	_, err := lister.List(labels.Everything())
	var wrong *typed.TypeError
	require.ErrorAs(t, err, &wrong)
	assert.EqualError(t, err, "got an object of type *v1.Node where *v1.Pod was expected")
	assert.Empty(t, slices.Collect(lister.All(labels.Everything())))
	_, err = lister.Get("")
	assert.ErrorAs(t, err, &wrong)
}

func TestListerAllStopsEarly(t *testing.T) {
	lister := typed.NewLister[*corev1.Pod](indexerOf(t, cache.Indexers{}, newPod("x", "a"), newPod("x", "b")), corev1.Resource("pod"))
	count := 0
	for range lister.All(labels.Everything()) {
		count++
		break
	}
	assert.Equal(t, 1, count)
}
