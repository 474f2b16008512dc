package clientcmd

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// maxBases is the number of configs that are remembered: as many goroutines may read, change and write at once.
const maxBases = 64

// bases remember configs as they were read. Between reading a kubeconfig and handing it, changed, to ModifyConfig,
// another program may have written; what a caller changed is found by comparing with what he read, not with what is there
// now. The drop-in surface leaves no room to hand that along, so it is looked up here: a config and the one that was
// handed out share their maps.
//
// What is remembered holds secrets, so it goes when the config that was handed out goes: bases hold the maps weakly.
type bases struct {
	mu     sync.Mutex
	recent []base // the latest last
}

type base struct {
	files  []string
	handed identity
	config *api.Config
}

// identity is which config one is: its maps, nil for those that it lacks. It keeps none of them alive, and no map that
// comes later has the identity of one that is gone.
type identity [3]weak.Pointer[byte]

func identify(config *api.Config) identity {
	var id identity
	for i, m := range mapsOf(config) {
		id[i] = weak.Make(m)
	}
	return id
}

// mapsOf returns the addresses of the maps that a config is known by.
func mapsOf(config *api.Config) [3]*byte {
	return [3]*byte{addressOf(config.Clusters), addressOf(config.AuthInfos), addressOf(config.Contexts)}
}

func addressOf[V any](m map[string]V) *byte { return (*byte)(reflect.ValueOf(m).UnsafePointer()) }

// overlaps tells whether one config was made of the other: people exchange stanzas and, rarely, a whole map.
func (id identity) overlaps(other identity) bool {
	for i := range id {
		if id[i] == other[i] && id[i] != (weak.Pointer[byte]{}) {
			return true
		}
	}
	return false
}

func (id identity) isGone() bool {
	return !slices.ContainsFunc(id[:], func(m weak.Pointer[byte]) bool { return m.Value() != nil })
}

// remember notes config, which is about to be handed out, as read from files.
func (b *bases) remember(files []string, config *api.Config) {
	read := base{slices.Clone(files), identify(config), config.DeepCopy()}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.recent) == maxBases {
		b.recent = slices.Delete(b.recent, 0, 1)
	}
	b.recent = append(b.recent, read)
	for _, m := range mapsOf(config) {
		if m != nil {
			runtime.AddCleanup(m, (*bases).forget, b)
		}
	}
}

// forget drops what belongs to configs that are gone.
func (b *bases) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recent = slices.DeleteFunc(b.recent, func(read base) bool { return read.handed.isGone() })
}

// of returns the config that the caller had read from files, and has made config of; nil where it is not known.
func (b *bases) of(files []string, config *api.Config) *api.Config {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.find(files, config); i >= 0 {
		return b.recent[i].config
	}
	return nil
}

// saved notes that files now say what config says: changes to come start from there.
func (b *bases) saved(files []string, config *api.Config) {
	written := config.DeepCopy()
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.find(files, config); i >= 0 {
		b.recent[i].config = written
	}
}

func (b *bases) find(files []string, config *api.Config) int {
	id := identify(config)
	for i, read := range slices.Backward(b.recent) {
		if slices.Equal(read.files, files) && read.handed.overlaps(id) {
			return i
		}
	}
	return -1
}
