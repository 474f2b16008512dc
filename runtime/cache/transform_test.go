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

// lively makes objects that weigh something, hands them out one by one, and counts those that have not lost their weight.
type lively struct {
	heavy, peak atomic.Int64
	transformed atomic.Int64
}

const listed = 50

func (l *lively) make(i int) *corev1.ConfigMap {
	obj := versioned(string(rune('a'+i/26))+string(rune('a'+i%26)), "7", strings.Repeat("x", 1000))
	l.peak.Store(max(l.peak.Load(), l.heavy.Add(1)))
	return obj
}

// trim is a transform that drops the weight.
func (l *lively) trim(obj interface{}) (interface{}, error) {
	cm := obj.(*corev1.ConfigMap)
	if cm.Data != nil {
		l.heavy.Add(-1)
	}
	cm.Data = nil
	l.transformed.Add(1)
	return cm, nil
}

func (l *lively) StreamList(_ context.Context, _ StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	for i := range listed {
		if err := each(l.make(i)); err != nil {
			return metav1.ListMeta{}, err
		}
	}
	return metav1.ListMeta{ResourceVersion: "7"}, nil
}

// StreamWatch streams the list where it is asked to, and has nothing more to tell.
func (l *lively) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
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

// livelyWholeLists streams no lists.
type livelyWholeLists struct{ *lively }

func (livelyWholeLists) IsWatchListSemanticsUnSupported() bool { return true }

// Of a list, streamed or not, at most one object is in memory as the server has sent it.
func TestListsAreTransformedAsTheyCome(t *testing.T) {
	for name, source := range map[string]func(*lively) StreamListerWatcher[*corev1.ConfigMap]{
		"streamed": func(l *lively) StreamListerWatcher[*corev1.ConfigMap] { return l },
		"whole":    func(l *lively) StreamListerWatcher[*corev1.ConfigMap] { return livelyWholeLists{l} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lively{}
				informer := NewTypedInformer(source(l), SharedIndexInformerOptions{})
				require.NoError(t, informer.SetTransform(l.trim))
				runUntilCleanup(t, informer)
				time.Sleep(time.Second)
				synctest.Wait()
				require.True(t, informer.HasSynced())
				assert.Len(t, informer.GetStore().ListKeys(), listed)
				assert.EqualValues(t, 1, l.peak.Load(), "heavy objects at a time")
				assert.EqualValues(t, listed, l.transformed.Load(), "once each")
			})
		})
	}
}
