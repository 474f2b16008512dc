package execplugin

import (
	"runtime"
	"sync"
	"weak"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Shared keeps one Authenticator for each program, so that all clients of a kubeconfig run it once. Those that nobody
// uses any more are forgotten. The zero value is ready; it is safe for concurrent use.
type Shared struct {
	mu    sync.Mutex
	byKey map[string]weak.Pointer[Authenticator]
}

// Get returns the Authenticator for a configuration, a new one where there is none.
func (s *Shared) Get(config *api.ExecConfig, cluster *Cluster) (*Authenticator, error) {
	key, err := key(config, cluster)
	if err != nil {
		return New(config, cluster) // what cannot be compared is not shared
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if held, ok := s.byKey[key]; ok {
		if a := held.Value(); a != nil {
			return a, nil
		}
	}
	a, err := New(config, cluster)
	if err != nil {
		return nil, err
	}
	if s.byKey == nil {
		s.byKey = map[string]weak.Pointer[Authenticator]{}
	}
	held := weak.Make(a)
	s.byKey[key] = held
	runtime.AddCleanup(a, func(key string) { s.forget(key, held) }, key)
	return a, nil
}

func (s *Shared) forget(key string, gone weak.Pointer[Authenticator]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey[key] == gone {
		delete(s.byKey, key)
	}
}
