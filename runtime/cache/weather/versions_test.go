package weather

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/cache"
)

// script is a source that answers with given lists and watches, and blocks watches after the last one.
type script struct {
	semantics

	lists   []list
	watches []events
	asked   []string
}

type list struct {
	version string
	names   []string
}

// events are the names of the objects that a watch adds, and how it ends. All objects have version 3, and all events version
// 9.
type events struct {
	names []string
	end   error
}

func named(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, ResourceVersion: "3"}}
}

func (s *script) StreamList(_ context.Context, opts cache.StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	s.asked = append(s.asked, "list "+opts.ResourceVersion)
	if len(s.lists) == 0 {
		return metav1.ListMeta{}, errors.New("no more lists")
	}
	next := s.lists[0]
	s.lists = s.lists[1:]
	for _, name := range next.names {
		if err := each(named(name)); err != nil {
			return metav1.ListMeta{}, err
		}
	}
	return metav1.ListMeta{ResourceVersion: next.version}, nil
}

func (s *script) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*corev1.ConfigMap]) error) error {
	s.asked = append(s.asked, "watch "+opts.ResourceVersion)
	if len(s.watches) == 0 {
		<-ctx.Done()
		return context.Cause(ctx)
	}
	next := s.watches[0]
	s.watches = s.watches[1:]
	for _, name := range next.names {
		if err := each(cache.StreamEvent[*corev1.ConfigMap]{Type: watch.Added, Object: named(name), ResourceVersion: "9"}); err != nil {
			return err
		}
	}
	return next.end
}

// follow runs an informer on a script for some minutes, and returns the keys in its store.
func follow(t *testing.T, s *script) []string {
	t.Helper()
	s.semantics = true
	var keys []string
	synctest.Test(t, func(t *testing.T) {
		informer := cache.NewTypedInformer(s, cache.SharedIndexInformerOptions{})
		w := &world{t: t, informer: informer}
		w.run(func() {
			time.Sleep(3 * time.Minute)
			synctest.Wait()
			keys = informer.GetStore().ListKeys()
		})
	})
	return keys
}

// A page of a login portal that happens to be JSON would read as an empty list.
func TestAnAnswerThatIsNoListEmptiesNoStore(t *testing.T) {
	gone := apierrors.NewResourceExpired("too old")
	s := &script{
		lists:   []list{{"5", []string{"a"}}, {}, {"7", []string{"a", "b"}}},
		watches: []events{{end: gone}},
	}
	assert.ElementsMatch(t, []string{"default/a", "default/b"}, follow(t, s))
	assert.Equal(t, []string{"list 0", "watch 5", "list 5", "list 5", "watch 7"}, s.asked, "the second list is refused")
}

// A watch without a version begins with all objects in no order. The informer must not go on from the version of one of
// them, which would leave out others.
func TestAWatchFromNoVersionIsFollowedByAList(t *testing.T) {
	s := &script{
		lists:   []list{{}, {"12", []string{"a", "b"}}},
		watches: []events{{names: []string{"b"}}},
	}
	assert.ElementsMatch(t, []string{"default/a", "default/b"}, follow(t, s))
	assert.Equal(t, []string{"list 0", "watch ", "list 0", "watch 12"}, s.asked)
}
