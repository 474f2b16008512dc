package cache

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// countingSource sends large objects one by one and counts those that trim has not made small yet.
type countingSource struct {
	large, peak atomic.Int64
	transformed atomic.Int64
}

const listed = 50

func (l *countingSource) make(i int) *corev1.ConfigMap {
	obj := versioned(string(rune('a'+i/26))+string(rune('a'+i%26)), "7", strings.Repeat("x", 1000))
	l.peak.Store(max(l.peak.Load(), l.large.Add(1)))
	return obj
}

// trim is a transform that drops the data.
func (l *countingSource) trim(obj interface{}) (interface{}, error) {
	cm := obj.(*corev1.ConfigMap)
	if cm.Data != nil {
		l.large.Add(-1)
	}
	cm.Data = nil
	l.transformed.Add(1)
	return cm, nil
}

func (l *countingSource) StreamList(_ context.Context, _ StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	for i := range listed {
		if err := each(l.make(i)); err != nil {
			return metav1.ListMeta{}, err
		}
	}
	return metav1.ListMeta{ResourceVersion: "7"}, nil
}

// StreamWatch streams the list if it is asked to, and sends no other events.
func (l *countingSource) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	if opts.SendInitialEvents != nil {
		for i := range listed {
			if err := each(StreamEvent[*corev1.ConfigMap]{Type: watch.Added, Object: l.make(i), ResourceVersion: "7"}); err != nil {
				return err
			}
		}
		if err := each(StreamEvent[*corev1.ConfigMap]{Type: watch.Bookmark, ResourceVersion: "7", InitialEventsEnd: true}); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// unstreamed does not support streamed lists.
type unstreamed struct{ *countingSource }

func (unstreamed) IsWatchListSemanticsUnSupported() bool { return true }

// At most one object of a list, streamed or not, is in memory as the server has sent it.
func TestListsAreTransformedAsTheyCome(t *testing.T) {
	for name, source := range map[string]func(*countingSource) StreamListerWatcher[*corev1.ConfigMap]{
		"streamed": func(l *countingSource) StreamListerWatcher[*corev1.ConfigMap] { return l },
		"whole":    func(l *countingSource) StreamListerWatcher[*corev1.ConfigMap] { return unstreamed{l} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &countingSource{}
				informer := NewTypedInformer(source(l), SharedIndexInformerOptions{})
				require.NoError(t, informer.SetTransform(l.trim))
				runUntilCleanup(t, informer)
				time.Sleep(time.Second)
				synctest.Wait()
				require.True(t, informer.HasSynced())
				assert.Len(t, informer.GetStore().ListKeys(), listed)
				assert.EqualValues(t, 1, l.peak.Load(), "large objects at a time")
				assert.EqualValues(t, listed, l.transformed.Load(), "once each")
			})
		})
	}
}
