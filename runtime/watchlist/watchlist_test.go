package watchlist_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/runtime/watchlist"
)

func TestPrepare(t *testing.T) {
	streams := true
	stream := metav1.ListOptions{
		ResourceVersionMatch: metav1.ResourceVersionMatchNotOlderThan, Watch: true, AllowWatchBookmarks: true, SendInitialEvents: &streams,
	}
	with := func(change func(*metav1.ListOptions)) *metav1.ListOptions {
		options := stream
		change(&options)
		return &options
	}
	for name, test := range map[string]struct {
		list metav1.ListOptions
		want *metav1.ListOptions
	}{
		"everything":           {metav1.ListOptions{}, &stream},
		"selectors":            {metav1.ListOptions{LabelSelector: "a=b", FieldSelector: "c=d"}, with(func(o *metav1.ListOptions) { o.LabelSelector, o.FieldSelector = "a=b", "c=d" })},
		"any version":          {metav1.ListOptions{ResourceVersion: "0"}, with(func(o *metav1.ListOptions) { o.ResourceVersion = "0" })},
		"any version, a limit": {metav1.ListOptions{ResourceVersion: "0", Limit: 4}, with(func(o *metav1.ListOptions) { o.ResourceVersion = "0" })},
		"not older":            {metav1.ListOptions{ResourceVersion: "7", ResourceVersionMatch: "NotOlderThan"}, with(func(o *metav1.ListOptions) { o.ResourceVersion = "7" })},
		"exactly":              {metav1.ListOptions{ResourceVersion: "7", ResourceVersionMatch: "Exact"}, nil},
		"a page":               {metav1.ListOptions{Limit: 4}, nil},
		"the next page":        {metav1.ListOptions{Continue: "token"}, nil},
		"a match of nothing":   {metav1.ListOptions{ResourceVersionMatch: "NotOlderThan"}, nil},
		"an unknown match":     {metav1.ListOptions{ResourceVersion: "7", ResourceVersionMatch: "About"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok, err := watchlist.PrepareWatchListOptionsFromListOptions(test.list)
			require.NoError(t, err)
			assert.Equal(t, test.want != nil, ok)
			if ok {
				assert.Equal(t, *test.want, got)
			} else {
				assert.Zero(t, got)
			}
		})
	}
	for _, bad := range []metav1.ListOptions{{LabelSelector: "=="}, {FieldSelector: "a"}} {
		_, ok, err := watchlist.PrepareWatchListOptionsFromListOptions(bad)
		require.ErrorContains(t, err, "selector")
		assert.False(t, ok)
	}
	t.Setenv("KUBE_FEATURE_WatchListClient", "false")
	_, ok, err := watchlist.PrepareWatchListOptionsFromListOptions(metav1.ListOptions{})
	require.NoError(t, err)
	assert.False(t, ok)
}

type client bool

func (c client) IsWatchListSemanticsUnSupported() bool { return bool(c) }

func TestClients(t *testing.T) {
	assert.True(t, watchlist.DoesClientNotSupportWatchListSemantics(client(true)))
	assert.False(t, watchlist.DoesClientNotSupportWatchListSemantics(client(false)))
	assert.False(t, watchlist.DoesClientNotSupportWatchListSemantics(nil))
	assert.False(t, watchlist.DoesClientNotSupportWatchListSemantics(3))
}
