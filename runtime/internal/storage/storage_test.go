package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
)

type thing struct {
	name, value string
	version     uint64
}

var things = schema.GroupResource{Resource: "things"}

func versioned(window int) *Storage[*thing] {
	return New(Options[*thing]{
		Window: window,
		Stored: func(t *thing, version uint64) *thing { t.version = version; return t },
		Last:   last,
	})
}

func last(t *thing, version uint64) *thing { return &thing{t.name, t.value, version} }

func put(t *testing.T, s *Storage[*thing], key Key, value string) *thing {
	t.Helper()
	stored, err := s.Update(things, key, func(*thing) (*thing, error) { return &thing{name: key.Name, value: value}, nil })
	require.NoError(t, err)
	return stored
}

func remove(t *testing.T, s *Storage[*thing], key Key) *thing {
	t.Helper()
	last, err := s.Update(things, key, func(*thing) (*thing, error) { return nil, nil })
	require.NoError(t, err)
	return last
}

func TestVersionsRise(t *testing.T) {
	s := versioned(10)
	a := put(t, s, Key{"ns", "a"}, "1")
	assert.Equal(t, uint64(2), a.version)
	assert.Same(t, a, s.Get(things, Key{"ns", "a"}))
	assert.Nil(t, s.Get(things, Key{"other", "a"}))

	same, err := s.Update(things, Key{"ns", "a"}, func(current *thing) (*thing, error) { return current, nil })
	require.NoError(t, err)
	assert.Same(t, a, same)
	assert.Equal(t, uint64(2), s.Version(), "nothing happened")

	refused := errors.New("refused")
	_, err = s.Update(things, Key{"ns", "a"}, func(*thing) (*thing, error) { return &thing{}, refused })
	require.ErrorIs(t, err, refused)
	assert.Equal(t, uint64(2), s.Version(), "nothing happened")

	gone := remove(t, s, Key{"ns", "a"})
	assert.Equal(t, uint64(3), gone.version)
	assert.Equal(t, uint64(2), a.version, "what was handed out stays as it was")
	assert.Nil(t, remove(t, s, Key{"ns", "a"}), "there is no such object")
	assert.Equal(t, uint64(3), s.Version())
}

func TestLenientStorageKeepsObjectsAsTheyAre(t *testing.T) {
	var seen []string
	s := New(Options[*thing]{OnEvent: func(resource schema.GroupResource, event Event[*thing]) {
		seen = append(seen, fmt.Sprintf("%s %s %s", event.Type, resource, event.Key.Name))
	}})
	a := put(t, s, Key{Name: "a"}, "1")
	assert.Zero(t, a.version)
	b := put(t, s, Key{Name: "a"}, "2")
	assert.Same(t, b, remove(t, s, Key{Name: "a"}))
	assert.Equal(t, []string{"ADDED things a", "MODIFIED things a", "DELETED things a"}, seen)
}

func TestChangesOfOneObjectAreNotLost(t *testing.T) {
	s := versioned(10)
	put(t, s, Key{Name: "a"}, "")
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for range 100 {
				_, err := s.Update(things, Key{Name: "a"}, func(current *thing) (*thing, error) {
					return &thing{name: "a", value: current.value + "x"}, nil
				})
				assert.NoError(t, err)
			}
		})
	}
	writers.Wait()
	assert.Len(t, s.Get(things, Key{Name: "a"}).value, 800)
}

func values(snapshot Snapshot[*thing]) []string {
	out := []string{}
	for t := range snapshot.Objects {
		out = append(out, t.name+"="+t.value)
	}
	return out
}

func TestListInOrder(t *testing.T) {
	s := versioned(10)
	for _, key := range []Key{{"b", "y"}, {"a", "z"}, {"b", "x"}, {"ba", "w"}} {
		put(t, s, key, key.Namespace)
	}
	for name, test := range map[string]struct {
		query Query
		want  []string
	}{
		"all":                {Query{}, []string{"z=a", "x=b", "y=b", "w=ba"}},
		"namespace":          {Query{Namespace: "b"}, []string{"x=b", "y=b"}},
		"empty namespace":    {Query{Namespace: "c"}, []string{}},
		"after":              {Query{After: Key{"b", "x"}}, []string{"y=b", "w=ba"}},
		"after what is gone": {Query{After: Key{"b", "xx"}}, []string{"y=b", "w=ba"}},
		"after in namespace": {Query{Namespace: "b", After: Key{"b", "x"}}, []string{"y=b"}},
	} {
		t.Run(name, func(t *testing.T) {
			snapshot, err := s.List(things, test.query)
			require.NoError(t, err)
			assert.Equal(t, test.want, values(snapshot))
			assert.Equal(t, uint64(5), snapshot.Version)
		})
	}
}

// TestPastStates makes random changes and compares each past state in the window with what was seen then.
func TestPastStates(t *testing.T) {
	const window, changes = 50, 400
	s := versioned(window)
	seen := map[uint64][]string{}
	random := rand.New(rand.NewPCG(1, 2))
	for range changes {
		key := Key{Name: strconv.Itoa(random.IntN(12))}
		if random.IntN(3) == 0 {
			remove(t, s, key)
		} else {
			put(t, s, key, strconv.Itoa(random.Int()))
		}
		now, err := s.List(things, Query{})
		require.NoError(t, err)
		seen[now.Version] = values(now)
	}
	latest := s.Version()
	for _, version := range slices.Sorted(maps.Keys(seen)) {
		past, err := s.List(things, Query{Version: version})
		if version < latest-window {
			_, tooOld := errors.AsType[*TooOldError](err)
			assert.True(t, tooOld, "%v", err)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, version, past.Version)
		assert.Equal(t, seen[version], values(past), "at version %d", version)
	}
	_, err := s.List(things, Query{Version: latest + 1})
	assert.EqualError(t, err, fmt.Sprintf("Too large resource version: %d, current: %d", latest+1, latest))
}

func TestWatchSendsAllEventsAfterItsVersion(t *testing.T) {
	s := versioned(10)
	first := put(t, s, Key{Name: "a"}, "1")
	put(t, s, Key{Name: "b"}, "1")
	w, err := s.Watch(things, first.version)
	require.NoError(t, err)
	ahead, err := s.Watch(things, 4)
	require.NoError(t, err)
	remove(t, s, Key{Name: "a"})
	put(t, s, Key{Name: "c"}, "1")

	describe := func(w *Watch[*thing]) (described []string) {
		events, err := w.Next(t.Context())
		require.NoError(t, err)
		for _, e := range events {
			described = append(described, fmt.Sprint(e.Type, " ", e.Object.name, " ", e.Version))
		}
		return described
	}
	assert.Equal(t, []string{"ADDED b 3", "DELETED a 4", "ADDED c 5"}, describe(w))
	assert.Equal(t, []string{"ADDED c 5"}, describe(ahead))
	assert.Equal(t, uint64(5), w.Version())

	_, err = s.Update(schema.GroupResource{Resource: "others"}, Key{Name: "x"}, func(*thing) (*thing, error) { return &thing{}, nil })
	require.NoError(t, err)
	assert.Equal(t, uint64(6), w.Version(), "there are no other events")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = w.Next(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestListAndWatchMissNothingBetween(t *testing.T) {
	s := versioned(0)
	const writes = 2000
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range writes {
			put(t, s, Key{Name: strconv.Itoa(i)}, "")
		}
	})
	for range 10 {
		snapshot, w := s.ListAndWatch(things, "")
		told := len(values(snapshot))
		for told < writes {
			events, err := w.Next(t.Context())
			require.NoError(t, err)
			told += len(events)
		}
		assert.Equal(t, writes, told)
	}
	writer.Wait()
}

func TestWatchFromAForgottenVersion(t *testing.T) {
	s := versioned(2)
	first := put(t, s, Key{Name: "a"}, "")
	for range 5 {
		put(t, s, Key{Name: "b"}, "")
	}
	_, err := s.Watch(things, first.version)
	require.EqualError(t, err, "too old resource version: 2 (5)")
	_, err = s.Watch(things, 5)
	require.NoError(t, err)

	s.Forget()
	_, err = s.Watch(things, 6)
	require.EqualError(t, err, "too old resource version: 6 (7)")
	_, err = s.Watch(things, 7)
	require.NoError(t, err, "nothing was missed")
}

func TestSeen(t *testing.T) {
	match, other := &thing{value: "yes"}, &thing{value: "no"}
	for name, test := range map[string]struct {
		event Event[*thing]
		want  watch.EventType
	}{
		"added":                {Event[*thing]{Type: watch.Added, Object: match}, watch.Added},
		"added out of sight":   {Event[*thing]{Type: watch.Added, Object: other}, ""},
		"stays":                {Event[*thing]{Type: watch.Modified, Previous: match, Object: match}, watch.Modified},
		"comes into sight":     {Event[*thing]{Type: watch.Modified, Previous: other, Object: match}, watch.Added},
		"goes out of sight":    {Event[*thing]{Type: watch.Modified, Previous: match, Object: other}, watch.Deleted},
		"stays out of sight":   {Event[*thing]{Type: watch.Modified, Previous: other, Object: other}, ""},
		"deleted":              {Event[*thing]{Type: watch.Deleted, Previous: match, Object: match}, watch.Deleted},
		"deleted out of sight": {Event[*thing]{Type: watch.Deleted, Previous: other, Object: other}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			test.event.Version = 9
			seen, ok := test.event.Seen(func(t *thing) bool { return t.value == "yes" }, last)
			assert.Equal(t, test.want != "", ok)
			if ok {
				assert.Equal(t, test.want, seen.Type)
				assert.Equal(t, "yes", seen.Object.value)
			}
		})
	}
}
