package clientcmd

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"weak"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// maxBases is how many configs are remembered, so how many goroutines may read, change and write at the same time.
const maxBases = 64

// bases remembers configs as they were read. Another program may write between a caller's read and its ModifyConfig, so
// the caller's changes are the differences from what it read, not from what the files say now. The drop-in signature has no
// room for that config, so ModifyConfig looks it up here: the caller's config still shares its maps with the one it read.
//
// Remembered configs hold secrets, so each is dropped when the config that the caller got is collected: bases refers to its
// maps weakly.
type bases struct {
	mu     sync.Mutex
	recent []base // the latest last
}

type base struct {
	files  []string
	handed identity
	config *api.Config
}

// identity identifies a config by the addresses of its maps. It does not keep them alive, and a later map never has the
// identity of a collected one.
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

// overlaps reports whether one config was made from the other: callers replace stanzas and, rarely, a whole map.
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

// remember records config, which the caller is about to get, as read from files.
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

// forget drops the bases of collected configs.
func (b *bases) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.recent = slices.DeleteFunc(b.recent, func(read base) bool { return read.handed.isGone() })
}

// of returns the config that the caller read from files and turned into config, or nil.
func (b *bases) of(files []string, config *api.Config) *api.Config {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.find(files, config); i >= 0 {
		return b.recent[i].config
	}
	return nil
}

// saved makes config the base of the caller's next changes to files.
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
