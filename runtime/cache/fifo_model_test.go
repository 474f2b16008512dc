package cache

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// model is the simplest implementation of what a DeltaFIFO over a store promises.
type model struct {
	order   []string
	deltas  map[string][]string
	store   map[string]string // what the consumer holds
	begun   bool
	initial map[string]bool // the keys of the first list that have not been popped
	// batch maps a queued key to the number of the batch that queued it: the deletions of a list, or the keys of a resync,
	// come in any order. Keys that are queued one by one have no batch.
	batch   map[string]int
	batches int
}

// inBatch pushes a delta as part of the latest batch.
func (m *model) inBatch(key, delta string) {
	if _, queued := m.deltas[key]; !queued {
		m.batch[key] = m.batches
	}
	m.push(key, delta)
}

func (m *model) push(key, delta string) {
	if _, queued := m.deltas[key]; !queued {
		m.order = append(m.order, key)
	}
	was := m.deltas[key]
	if n := len(was); n > 0 && was[n-1][0] == 'D' && delta[0] == 'D' {
		if delta != "D?" {
			was[n-1] = delta
		}
		return
	}
	m.deltas[key] = append(was, delta)
}

func (m *model) knows(key string) bool {
	_, queued := m.deltas[key]
	_, held := m.store[key]
	return queued || held
}

func (m *model) replace(values map[string]string, keys []string) {
	for _, key := range keys {
		m.push(key, "R"+values[key])
	}
	m.batches++
	for key := range m.deltas {
		if _, listed := values[key]; !listed {
			m.push(key, "D?")
		}
	}
	for key := range m.store {
		if _, listed := values[key]; !listed && m.deltas[key] == nil {
			m.inBatch(key, "D?")
		}
	}
	if !m.begun {
		m.begun, m.initial = true, map[string]bool{}
		for key := range m.deltas {
			m.initial[key] = true
		}
	}
}

// fifoTest runs operations on a DeltaFIFO and its model.
type fifoTest struct {
	t     *testing.T
	fifo  *DeltaFIFO
	store Store
	model model
}

func newFIFOTest(t *testing.T) *fifoTest {
	store := NewStore(MetaNamespaceKeyFunc)
	return &fifoTest{
		t: t, store: store,
		fifo:  NewDeltaFIFOWithOptions(DeltaFIFOOptions{KnownObjects: store, EmitDeltaTypeReplaced: true}),
		model: model{deltas: map[string][]string{}, store: map[string]string{}, batch: map[string]int{}},
	}
}

// step does one operation, chosen by op, with an object of one of five names in the state value.
func (f *fifoTest) step(op, name, value byte) {
	obj := configMap(string('a'+name%5), strconv.Itoa(int(value)))
	key := "default/" + obj.Name
	switch op % 6 {
	case 0:
		require.NoError(f.t, f.fifo.Add(obj))
		f.model.begun = true
		f.model.push(key, "A"+obj.Data["value"])
	case 1:
		require.NoError(f.t, f.fifo.Update(obj))
		f.model.begun = true
		f.model.push(key, "U"+obj.Data["value"])
	case 2:
		require.NoError(f.t, f.fifo.Delete(obj))
		f.model.begun = true
		if f.model.knows(key) {
			f.model.push(key, "D"+obj.Data["value"])
		}
	case 3:
		f.replace(name, value)
	case 4:
		require.NoError(f.t, f.fifo.Resync())
		f.model.batches++
		for key, value := range f.model.store {
			if f.model.deltas[key] == nil {
				f.model.inBatch(key, "S"+value)
			}
		}
	case 5:
		f.pop()
	}
	f.check()
}

// replace replaces the content by a list of the names whose bit is set.
func (f *fifoTest) replace(names, value byte) {
	values := map[string]string{}
	var keys []string
	var list []interface{}
	for i := range byte(5) {
		if names&(1<<i) == 0 {
			continue
		}
		obj := configMap(string('a'+i), strconv.Itoa(int(value)))
		list, keys = append(list, obj), append(keys, "default/"+obj.Name)
		values["default/"+obj.Name] = obj.Data["value"]
	}
	require.NoError(f.t, f.fifo.Replace(list, ""))
	f.model.replace(values, keys)
}

func (f *fifoTest) pop() {
	if len(f.model.order) == 0 {
		return
	}
	_, err := f.fifo.Pop(func(obj interface{}, _ bool) error {
		deltas, _ := obj.(Deltas)
		key, err := f.fifo.KeyOf(deltas)
		require.NoError(f.t, err)
		want, queued := f.model.deltas[key]
		require.True(f.t, queued, "%s is not in the queue", key)
		require.Len(f.t, deltas, len(want), "%v", want)
		for i, d := range deltas {
			f.consume(key, d, want[i])
		}
		f.checkOrder(key)
		delete(f.model.batch, key)
		f.model.order = without(f.model.order, key)
		delete(f.model.deltas, key)
		delete(f.model.initial, key)
		return nil
	})
	require.NoError(f.t, err)
}

// checkOrder checks that no key has waited longer than the popped one, except keys of the same batch.
func (f *fifoTest) checkOrder(key string) {
	for _, earlier := range f.model.order {
		if earlier == key {
			return
		}
		require.NotZero(f.t, f.model.batch[key], "%s was overtaken by %s", earlier, key)
		require.Equal(f.t, f.model.batch[key], f.model.batch[earlier], "%s was overtaken by %s", earlier, key)
	}
}

func without(keys []string, key string) []string {
	var left []string
	for _, k := range keys {
		if k != key {
			left = append(left, k)
		}
	}
	return left
}

// consume checks a delta and applies it to the store, as a consumer does.
func (f *fifoTest) consume(key string, d Delta, want string) {
	require.Equal(f.t, want[0], string(d.Type)[0], "%s: %v", key, want)
	if d.Type == Deleted {
		_, unknown := d.Object.(DeletedFinalStateUnknown)
		require.Equal(f.t, want == "D?", unknown, "%s: %v", key, want)
		require.NoError(f.t, f.store.Delete(ExplicitKey(key)))
		delete(f.model.store, key)
		return
	}
	require.Equal(f.t, want[1:], valueOf(d.Object), "%s: %v", key, want)
	require.NoError(f.t, f.store.Update(d.Object))
	f.model.store[key] = valueOf(d.Object)
}

func (f *fifoTest) check() {
	require.Equal(f.t, f.model.begun && len(f.model.initial) == 0, f.fifo.HasSynced(), "%v %v", f.model.initial, f.model.order)
	require.Len(f.t, f.store.ListKeys(), len(f.model.store))
}

func FuzzDeltaFIFO(f *testing.F) {
	f.Add([]byte{3, 7, 1, 5, 0, 0, 5, 0, 0, 3, 1, 2})
	f.Add([]byte{0, 0, 1, 2, 0, 2, 2, 0, 3, 3, 0, 4, 5, 0, 0, 4, 0, 0})
	f.Fuzz(func(t *testing.T, steps []byte) {
		test := newFIFOTest(t)
		for ; len(steps) >= 3; steps = steps[3:] {
			test.step(steps[0], steps[1], steps[2])
		}
	})
}

// TestDeltaFIFOAgainstItsModel is the fuzz test with 5,000 runs of its own.
func TestDeltaFIFOAgainstItsModel(t *testing.T) {
	for seed := range uint64(5000) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice, test := rand.New(rand.NewPCG(seed, 0)), newFIFOTest(t)
			for range 40 {
				test.step(byte(dice.IntN(6)), byte(dice.IntN(32)), byte(dice.IntN(100)))
			}
		})
	}
}

func TestDeltaFIFORequeuesOnRequest(t *testing.T) {
	f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{})
	require.NoError(t, f.Replace([]interface{}{configMap("a", "1"), configMap("b", "1")}, "1"))
	later := errors.New("later")
	var popped []string
	for range 3 {
		_, err := f.Pop(func(obj interface{}, _ bool) error {
			deltas, _ := obj.(Deltas)
			key, _ := f.KeyOf(deltas)
			popped = append(popped, key)
			if len(popped) == 1 {
				return ErrRequeue{Err: later}
			}
			return errors.New("an error that asks for nothing")
		})
		require.Error(t, err)
		assert.Equal(t, len(popped) == 1, errors.Is(err, later))
		assert.Equal(t, len(popped) == 3, f.HasSynced())
	}
	assert.Equal(t, []string{"default/a", "default/b", "default/a"}, popped)
}

func TestDeltaFIFOUnderRace(*testing.T) {
	store := NewStore(MetaNamespaceKeyFunc)
	f := NewDeltaFIFOWithOptions(DeltaFIFOOptions{KnownObjects: store})
	var writers, reader sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := range 500 {
				obj := configMap(string(rune('a'+i%7)), strconv.Itoa(i))
				_ = f.Add(obj)
				_ = f.Update(obj)
				if i%10 == w {
					_ = f.Replace([]interface{}{obj}, "")
				}
				_ = f.Delete(obj)
				_ = f.Resync()
			}
		})
	}
	reader.Go(func() {
		for {
			if _, err := f.Pop(func(obj interface{}, _ bool) error {
				deltas, _ := obj.(Deltas)
				return store.Update(deltas.Newest().Object)
			}); errors.Is(err, ErrFIFOClosed) {
				return
			}
		}
	})
	writers.Wait()
	f.Close()
	reader.Wait()
}
