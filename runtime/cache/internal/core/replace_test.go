package core

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// generation returns a list of n objects, each with an address of its own. With another shift the addresses are at other
// objects.
func generation(n, shift int) (items []keyed[string]) {
	for i := range n {
		name := fmt.Sprintf("ns-%d/pod-%d", i%2, i+shift)
		items = append(items, keyed[string]{name, fmt.Sprintf("%s@%d#%d", name, (i+2*shift)%n, shift)})
	}
	return items
}

func addressOf(obj string) ([]string, error) {
	_, rest, _ := strings.Cut(obj, "@")
	address, _, _ := strings.Cut(rest, "#")
	return []string{address}, nil
}

func generationOf(obj string) string {
	_, generation, _ := strings.Cut(obj, "#")
	return generation
}

// Readers see the old list or the new one and never parts of both, whether they list all objects or use an index.
func TestReadersSeeAListAsAWhole(t *testing.T) {
	const n = 300
	for name, contains := range map[string]func(string) bool{
		"of everything": nil,
		"of a part":     func(key string) bool { return strings.HasPrefix(key, "ns-") },
	} {
		t.Run(name, func(t *testing.T) {
			s := NewStore(map[string]IndexFunc[string]{"address": addressOf})
			exchange(t, s, generation(n, 0), contains)
			require.NoError(t, s.AddIndexes(map[string]IndexFunc[string]{"all": func(string) ([]string, error) { return []string{"yes"}, nil }}))
			_, _, err := s.Set("other/kept", "other/kept@none#kept")
			require.NoError(t, err)
			stop, readers := make(chan struct{}), sync.WaitGroup{}
			for r := range 3 {
				readers.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-stop:
							return
						default:
							readAll(t, s, r, i, n)
						}
					}
				})
			}
			for shift := 1; shift < 60; shift++ {
				exchange(t, s, generation(n, shift), contains)
			}
			close(stop)
			readers.Wait()
			_, kept := s.Get("other/kept")
			assert.Equal(t, contains != nil, kept, "objects of another part stay")
		})
	}
}

func exchange(t *testing.T, s *Store[string], items []keyed[string], contains func(string) bool) {
	t.Helper()
	require.NoError(t, s.exchange(items, contains, "1", func(_ []change[string], finish func()) { finish() }))
}

// readAll reads the store in one of three ways and checks that it finds one complete list.
func readAll(t *testing.T, s *Store[string], way, i, n int) {
	t.Helper()
	switch way {
	case 0:
		generations := map[string]int{}
		for _, obj := range s.List() {
			if obj != "other/kept@none#kept" {
				generations[generationOf(obj)]++
			}
		}
		assert.Len(t, generations, 1, "objects of one list, and all of them: %v", generations)
		for _, count := range generations {
			assert.Equal(t, n, count)
		}
	case 1:
		found, err := s.ByIndex("address", strconv.Itoa(i%n))
		assert.NoError(t, err)
		assert.Len(t, found, 1, "an address belongs to one pod")
	case 2:
		found, err := s.ByIndex("all", "yes")
		assert.NoError(t, err)
		assert.Contains(t, []int{n, n + 1}, len(found))
	}
}

// While a new list is being prepared, readers get the old one: they need not wait.
func TestReadersGetTheOldListWhileANewOneIsPrepared(t *testing.T) {
	var s *Store[string]
	reading := false
	s = NewStore(map[string]IndexFunc[string]{"address": func(obj string) ([]string, error) {
		if reading {
			assert.Len(t, s.List(), 100)
			found, err := s.ByIndex("address", "7")
			assert.NoError(t, err)
			assert.Equal(t, []string{"ns-1/pod-7@7#0"}, found)
		}
		return addressOf(obj)
	}})
	exchange(t, s, generation(100, 0), nil)
	reading = true
	exchange(t, s, generation(200, 5), nil)
	assert.Len(t, s.List(), 200)
}

// An index that is added while a list is being prepared is not lost.
func TestAnIndexIsAddedWhileAListIsPrepared(t *testing.T) {
	s := NewStore[string](nil)
	var adding sync.WaitGroup
	for shift := range 50 {
		name := fmt.Sprint("index ", shift)
		adding.Go(func() { assert.NoError(t, s.AddIndexes(map[string]IndexFunc[string]{name: addressOf})) })
		exchange(t, s, generation(20, shift), nil)
	}
	adding.Wait()
	for shift := range 50 {
		found, err := s.ByIndex(fmt.Sprint("index ", shift), "3")
		require.NoError(t, err)
		assert.Len(t, found, 1)
	}
}

// If a list has an object twice, the last state counts.
func TestAListThatNamesAnObjectTwice(t *testing.T) {
	s := NewStore[string](nil)
	var changed []string
	require.NoError(t, s.exchange([]keyed[string]{{"a", "1"}, {"b", "1"}, {"a", "2"}}, nil, "", func(changes []change[string], finish func()) {
		finish()
		for _, c := range changes {
			changed = append(changed, c.key+"="+c.obj)
		}
	}))
	assert.Equal(t, []string{"a=2", "b=1"}, changed)
	assert.Equal(t, []string{"2", "1"}, s.List())
}

// An error about very many objects lists a few of them.
func TestErrorsAboutManyObjectsAreShortened(t *testing.T) {
	s := NewStore(map[string]IndexFunc[string]{"broken": func(string) ([]string, error) { return nil, assert.AnError }})
	err := s.exchange(generation(1000, 0), nil, "", func(_ []change[string], finish func()) { finish() })
	require.ErrorIs(t, err, assert.AnError)
	assert.Contains(t, err.Error(), "and 990 more")
	assert.Equal(t, 1000, s.Len())
}

// BenchmarkExchange replaces 200,000 objects, with two indexes, and reports the longest time for which readers had to wait.
func BenchmarkExchange(b *testing.B) {
	for name, contains := range map[string]func(string) bool{"whole": nil, "inPlace": func(string) bool { return true }} {
		b.Run(name, func(b *testing.B) {
			s := NewStore(map[string]IndexFunc[string]{"address": addressOf, "generation": func(obj string) ([]string, error) { return []string{generationOf(obj)}, nil }})
			lists := [][]keyed[string]{generation(200_000, 0), generation(200_000, 1)}
			_ = s.exchange(lists[1], contains, "1", func(_ []change[string], finish func()) { finish() })
			var longest time.Duration
			b.ResetTimer()
			for i := range b.N {
				_ = s.exchange(lists[i%2], contains, "1", func(_ []change[string], finish func()) {
					begun := time.Now()
					finish()
					longest = max(longest, time.Since(begun))
				})
			}
			b.ReportMetric(float64(longest.Microseconds()), "µs-locked")
		})
	}
}

// lockedWhenStored is an observer that notes whether the store was locked, for readers or for writers, when it was called.
type lockedWhenStored struct {
	store  func() *Store[string]
	locked bool
}

func (*lockedWhenStored) Queued(int)              {}
func (*lockedWhenStored) Processed(time.Duration) {}
func (*lockedWhenStored) Reached(string)          {}

func (l *lockedWhenStored) Stored(string) {
	if !l.store().mu.TryLock() {
		l.locked = true
		return
	}
	l.store().mu.Unlock()
}

// A resync calls the handlers for every object, which takes long if there are many. The store is not locked meanwhile.
func TestResyncsDoNotLockTheStore(t *testing.T) {
	var i *Informer[string]
	observer := &lockedWhenStored{store: func() *Store[string] { return i.store }}
	key := func(obj string) (string, error) { return obj, nil }
	i = NewInformer(InformerOptions[string]{Key: key, Observer: observer})
	_, _, err := i.store.Set("a", "a")
	require.NoError(t, err)
	require.NoError(t, (&follower[string]{run: &run[string]{informer: i}}).Resync())
	assert.False(t, observer.locked)
}

// versionWhenReached asks an informer for its version as soon as the store has one.
type versionWhenReached struct {
	lockedWhenStored

	ask      func() string
	versions []string
}

func (v *versionWhenReached) Stored(string) {}

func (v *versionWhenReached) Reached(string) { v.versions = append(v.versions, v.ask()) }

// Handlers and waiting callers learn that the informer has synced before its reflector returns from the list.
// LastSyncVersion is the version of that list by then.
func TestTheVersionIsKnownOnceAnInformerHasSynced(t *testing.T) {
	var i *Informer[string]
	observer := &versionWhenReached{ask: func() string { return i.LastSyncVersion() }}
	key := func(obj string) (string, error) { return obj, nil }
	i = NewInformer(InformerOptions[string]{Key: key, Version: func(string) string { return "1" }, Observer: observer})
	f := &follower[string]{}
	f.run = &run[string]{informer: i, followers: []*follower[string]{f}}
	i.reflectors = []*Reflector[string]{NewReflector(ReflectorOptions[string]{Sink: f})}
	require.NoError(t, f.Replace([]string{"a"}, "7"))
	assert.Equal(t, []string{"7"}, observer.versions)
	<-i.Synced()
	assert.Equal(t, "7", i.LastSyncVersion())
}
