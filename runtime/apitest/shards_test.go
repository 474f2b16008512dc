package apitest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	upstream "k8s.io/apimachinery/pkg/sharding"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/metadata"
)

func namespaces(n int) (objects []runtime.Object) {
	for i := range n {
		obj := &unstructured.Unstructured{}
		obj.SetAPIVersion("v1")
		obj.SetKind("Namespace")
		obj.SetName(fmt.Sprintf("n%d", i))
		objects = append(objects, obj)
	}
	return objects
}

// Two selectors of halves part the objects, in lists, pages and watches.
func TestShards(t *testing.T) {
	server := apitest.Start(t, apitest.Options{Objects: namespaces(40), ShardedListAndWatch: true})
	client, err := dynamic.NewForConfig(server.Config())
	require.NoError(t, err)
	resource := schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	selector := func(start, end string) string {
		return upstream.NewSelector(upstream.ShardRangeRequirement{Key: "object.metadata.uid", Start: start, End: end}).String()
	}
	parts := []string{selector("0x0000000000000000", "0x8000000000000000"), selector("0x8000000000000000", "0x10000000000000000")}
	all, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	total := 0
	for i, part := range parts {
		in := func(obj *unstructured.Unstructured) bool {
			return (upstream.HashField(string(obj.GetUID())) >= "8000000000000000") == (i == 1)
		}
		list, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{ShardSelector: part})
		require.NoError(t, err)
		info, _, _ := unstructured.NestedString(list.Object, "metadata", "shardInfo", "selector")
		assert.Equal(t, part, info)
		for n := range list.Items {
			assert.True(t, in(&list.Items[n]))
		}
		total += len(list.Items)
		page, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{ShardSelector: part, Limit: 3})
		require.NoError(t, err)
		assert.Equal(t, list.Items[:3], page.Items)
		assert.Nil(t, page.GetRemainingItemCount(), "what a selector matches is not counted")
		rest, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{ShardSelector: part, Continue: page.GetContinue()})
		require.NoError(t, err)
		assert.Equal(t, list.Items[3:], rest.Items)
		events, err := client.Resource(resource).Watch(t.Context(), metav1.ListOptions{ShardSelector: part, ResourceVersion: "0"})
		require.NoError(t, err)
		for n := range list.Items {
			assert.Equal(t, &list.Items[n], (<-events.ResultChan()).Object)
		}
		events.Stop()
	}
	assert.Equal(t, len(all.Items), total)

	meta, err := metadata.NewForConfig(server.Config())
	require.NoError(t, err)
	list, err := meta.Resource(resource).List(t.Context(), metav1.ListOptions{ShardSelector: parts[0]})
	require.NoError(t, err)
	assert.Less(t, len(list.Items), total)
	assert.Nil(t, list.ShardInfo, "kube-apiserver does not copy it into lists of metadata")
}

// What does not parse is an error of the server, as at kube-apiserver; without the option nothing is read.
func TestShardsThatDoNotParse(t *testing.T) {
	resource := schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}
	for _, on := range []bool{true, false} {
		server := apitest.Start(t, apitest.Options{Objects: namespaces(3), ShardedListAndWatch: on})
		client, err := dynamic.NewForConfig(server.Config())
		require.NoError(t, err)
		list, err := client.Resource(resource).List(t.Context(), metav1.ListOptions{ShardSelector: "x"})
		if !on {
			require.NoError(t, err)
			assert.GreaterOrEqual(t, len(list.Items), 3)
			assert.NotContains(t, list.Object["metadata"], "shardInfo")
			continue
		}
		var status apierrors.APIStatus
		require.ErrorAs(t, err, &status)
		assert.EqualValues(t, 500, status.Status().Code)
		_, err = client.Resource(resource).Watch(t.Context(), metav1.ListOptions{ShardSelector: "x"})
		require.ErrorAs(t, err, &status)
		assert.True(t, strings.Contains(err.Error(), "unknown") || strings.Contains(err.Error(), "shard selector"), err)
	}
}
