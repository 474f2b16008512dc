package workqueue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// model is a queue as one would write it on paper: lists that are searched from one end to the other.
type model struct {
	queued     []modelItem // in the order in which they were queued
	dirty      map[string]int
	processing []string
	waiting    []modelItem
	now        time.Duration
	shut       bool
	priorities bool
	fair       bool
	turns      map[int][]string // by priority, the lanes that have something, the next one first
}

type modelItem struct {
	key      string
	priority int
	at       time.Duration
}

// keys are of three namespaces.
func key(n byte) string { return fmt.Sprintf("%d/%d", n%3, n%7) }

func namespaceOf(key string) string { return key[:1] }

func (m *model) add(key string, priority int) {
	if m.shut {
		return
	}
	if !m.priorities {
		priority = 0
	}
	if slices.Contains(m.processing, key) {
		if before, ok := m.dirty[key]; ok {
			priority = max(priority, before)
		}
		m.dirty[key] = priority
		return
	}
	if i := m.find(m.queued, key); i >= 0 {
		if priority <= m.queued[i].priority {
			return
		}
		left := m.queued[i].priority
		m.queued = slices.Delete(m.queued, i, i+1)
		if lane := namespaceOf(key); !m.holds(left, lane) {
			m.turns[left] = slices.DeleteFunc(m.turns[left], func(l string) bool { return l == lane })
		}
	}
	m.push(key, priority)
}

func (m *model) push(key string, priority int) {
	m.queued = append(m.queued, modelItem{key: key, priority: priority})
	lane := namespaceOf(key)
	if !slices.Contains(m.turns[priority], lane) {
		m.turns[priority] = append(m.turns[priority], lane)
	}
}

func (m *model) find(items []modelItem, key string) int {
	return slices.IndexFunc(items, func(i modelItem) bool { return i.key == key })
}

func (m *model) holds(priority int, lane string) bool {
	return slices.ContainsFunc(m.queued, func(i modelItem) bool {
		return i.priority == priority && (lane == "" || namespaceOf(i.key) == lane)
	})
}

// get takes out the first of the highest priority, in the fair queue of the lane whose turn it is.
func (m *model) get() string {
	highest := m.queued[0].priority
	for _, i := range m.queued {
		highest = max(highest, i.priority)
	}
	lane := ""
	if m.fair {
		lane = m.turns[highest][0]
		m.turns[highest] = m.turns[highest][1:]
	}
	i := slices.IndexFunc(m.queued, func(i modelItem) bool {
		return i.priority == highest && (lane == "" || namespaceOf(i.key) == lane)
	})
	key := m.queued[i].key
	m.queued = slices.Delete(m.queued, i, i+1)
	if m.fair && m.holds(highest, lane) {
		m.turns[highest] = append(m.turns[highest], lane)
	}
	m.processing = append(m.processing, key)
	return key
}

func (m *model) done(key string) {
	i := slices.Index(m.processing, key)
	if i < 0 {
		return
	}
	m.processing = slices.Delete(m.processing, i, i+1)
	if priority, ok := m.dirty[key]; ok {
		delete(m.dirty, key)
		m.push(key, priority)
	}
}

func (m *model) addAfter(key string, priority int, after time.Duration) {
	if m.shut {
		return
	}
	if after <= 0 {
		m.add(key, priority)
		return
	}
	at := m.now + after
	if i := m.find(m.waiting, key); i >= 0 {
		m.waiting[i].priority = max(m.waiting[i].priority, priority)
		m.waiting[i].at = min(m.waiting[i].at, at)
		return
	}
	m.waiting = append(m.waiting, modelItem{key, priority, at})
}

// pass lets time pass until the next item is due, at most so long. Items that are due at once come in the order of their calls.
func (m *model) pass(most time.Duration) time.Duration {
	until := m.now + most
	for _, i := range m.waiting {
		until = min(until, i.at)
	}
	passed := until - m.now
	m.now = until
	for {
		i := slices.IndexFunc(m.waiting, func(i modelItem) bool { return i.at <= m.now })
		if i < 0 {
			return passed
		}
		due := m.waiting[i]
		m.waiting = slices.Delete(m.waiting, i, i+1)
		m.add(due.key, due.priority)
	}
}

// subject is a queue that the test compares with the model.
type subject struct {
	TypedDelayingInterface[string]
	model
}

func newSubject(kind byte) *subject {
	s := &subject{}
	s.dirty, s.turns = map[string]int{}, map[int][]string{}
	switch kind % 4 {
	case 0:
		s.TypedDelayingInterface = NewTypedDelayingQueueWithConfig(TypedDelayingQueueConfig[string]{})
	case 1:
		inner := NewTypedWithConfig(TypedQueueConfig[string]{Queue: DefaultQueue[string]()})
		s.TypedDelayingInterface = NewTypedDelayingQueueWithConfig(TypedDelayingQueueConfig[string]{Queue: inner})
	case 2:
		s.priorities = true
		s.TypedDelayingInterface = NewPriorityQueue(PriorityQueueOptions[string]{})
	default:
		s.priorities, s.fair = true, true
		s.TypedDelayingInterface = NewPriorityQueue(PriorityQueueOptions[string]{FairBy: namespaceOf})
	}
	return s
}

// step does the same to both.
func (s *subject) step(t *testing.T, op, arg byte) {
	k, priority := key(arg), int(arg/21%3)-1
	after := time.Duration(arg%16) * time.Second
	queue, hasPriorities := s.TypedDelayingInterface.(*PriorityQueue[string])
	switch op % 8 {
	case 0, 1:
		s.model.add(k, priority)
		if hasPriorities {
			queue.AddWithOptions(AddOptions{Priority: priority}, k)
		} else {
			s.Add(k)
		}
	case 2, 3:
		if len(s.queued) == 0 {
			break
		}
		item, shutdown := s.Get()
		require.Equal(t, s.get(), item)
		require.False(t, shutdown)
	case 4:
		s.model.done(k) // which no worker may have
		s.Done(k)
	case 5:
		s.model.addAfter(k, priority, after)
		if hasPriorities {
			queue.AddWithOptions(AddOptions{Priority: priority, After: after}, k)
		} else {
			s.AddAfter(k, after)
		}
	case 6:
		time.Sleep(s.pass(after))
		synctest.Wait()
	case 7:
		if arg == 0 {
			s.shut, s.waiting = true, nil
			s.ShutDown()
		}
	}
	status, _ := StatusOf[string](s.TypedDelayingInterface)
	require.Equal(t, len(s.queued), s.Len())
	require.Equal(t, len(s.processing), status.Processing)
	require.Equal(t, len(s.waiting), status.Waiting)
	require.Equal(t, s.shut, s.ShuttingDown())
	depths := map[int]int{}
	for _, i := range s.queued {
		depths[i.priority]++
	}
	require.Len(t, status.Priorities, len(depths))
	for priority, depth := range depths {
		require.Equal(t, depth, status.Priorities[priority])
	}
}

// end lets the worker have the rest.
func (s *subject) end(t *testing.T) {
	s.shut, s.waiting = true, nil
	s.ShutDown()
	for len(s.queued)+len(s.processing) > 0 {
		for _, key := range slices.Clone(s.processing) {
			s.model.done(key)
			s.Done(key)
		}
		if len(s.queued) > 0 {
			item, shutdown := s.Get()
			require.Equal(t, s.get(), item)
			require.False(t, shutdown)
		}
	}
	_, shutdown := s.Get()
	require.True(t, shutdown)
	status, _ := StatusOf[string](s.TypedDelayingInterface)
	require.Zero(t, status.Queued+status.Processing+status.Waiting)
}

func runModel(t *testing.T, kind byte, ops []byte) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSubject(kind)
		defer s.ShutDown()
		for len(ops) > 1 {
			s.step(t, ops[0], ops[1])
			ops = ops[2:]
		}
		s.end(t)
	})
}

func FuzzQueues(f *testing.F) {
	for kind := range byte(4) {
		f.Add(kind, []byte{0, 1, 0, 22, 2, 0, 0, 1, 4, 1, 5, 3, 6, 15, 7, 0, 0, 5})
	}
	f.Fuzz(runModel)
}

func TestQueuesAreAsTheModel(t *testing.T) {
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 0))
		ops := make([]byte, 200)
		for i := range ops {
			ops[i] = byte(random.Uint32())
		}
		runModel(t, byte(seed), ops)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
