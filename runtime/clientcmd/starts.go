package clientcmd

import (
	"reflect"
	"slices"
	"sync"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// maxStarts is the number of configs that are remembered: as many goroutines may read, change and write at once.
const maxStarts = 64

// starts remember configs as they were read. Between reading a kubeconfig and handing it, changed, to ModifyConfig,
// another program may have written; what a caller changed is found by comparing with what he read, not with what is there
// now. The drop-in surface leaves no room to hand that along, so it is looked up here: a config and the one that was
// handed out share their maps.
type starts struct {
	mu     sync.Mutex
	recent []start // the latest last
}

type start struct {
	files  []string
	handed api.Config // holds on to the maps, so that no other gets their address
	base   *api.Config
}

// remember notes config, which is about to be handed out, as read from files.
func (s *starts) remember(files []string, config *api.Config) {
	base := config.DeepCopy()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.recent) == maxStarts {
		s.recent = slices.Delete(s.recent, 0, 1)
	}
	s.recent = append(s.recent, start{slices.Clone(files), *config, base})
}

// of returns the config that the caller had read from files, and has made config of; nil where it is not known.
func (s *starts) of(files []string, config *api.Config) *api.Config {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(files, config); i >= 0 {
		return s.recent[i].base
	}
	return nil
}

// wrote notes that files now say what config says: changes to come start from there.
func (s *starts) wrote(files []string, config *api.Config) {
	base := config.DeepCopy()
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(files, config); i >= 0 {
		s.recent[i].base = base
	}
}

func (s *starts) find(files []string, config *api.Config) int {
	for i, start := range slices.Backward(s.recent) {
		if slices.Equal(start.files, files) && shareMaps(&start.handed, config) {
			return i
		}
	}
	return -1
}

// shareMaps tells whether one config was made of the other: people exchange stanzas and, rarely, a whole map.
func shareMaps(a, b *api.Config) bool {
	return same(a.Clusters, b.Clusters) || same(a.AuthInfos, b.AuthInfos) || same(a.Contexts, b.Contexts)
}

func same[V any](a, b map[string]V) bool {
	return a != nil && b != nil && reflect.ValueOf(a).Pointer() == reflect.ValueOf(b).Pointer()
}
