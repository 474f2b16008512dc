package execplugin

import (
	"crypto/sha256"
	"runtime"
	"sync"
	"weak"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// Shared keeps one Authenticator for each configuration of a program, so that clients of the same kubeconfig share its
// credentials. It holds them weakly. The zero value is ready to use; it is safe for concurrent use.
type Shared struct {
	mu    sync.Mutex
	byKey map[[sha256.Size]byte]weak.Pointer[Authenticator]
}

// Get returns the Authenticator for a configuration, and makes one if none exists. Configurations share an Authenticator if
// they agree in all that decides what the program prints and whether it may run. It fails as [New] does.
func (s *Shared) Get(config *api.ExecConfig, cluster *clientauthentication.Cluster) (*Authenticator, error) {
	key, err := key(config, cluster)
	if err != nil {
		return New(config, cluster) // a configuration without a key is not shared
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if held, ok := s.byKey[key]; ok {
		if a := held.Value(); a != nil {
			if _, err := permit(config); err != nil { // files in PATH may have changed
				countDecision(err)
				return nil, err
			}
			return a, nil
		}
	}
	a, err := New(config, cluster)
	if err != nil {
		return nil, err
	}
	if s.byKey == nil {
		s.byKey = map[[sha256.Size]byte]weak.Pointer[Authenticator]{}
	}
	held := weak.Make(a)
	s.byKey[key] = held
	runtime.AddCleanup(a, func(key [sha256.Size]byte) { s.forget(key, held) }, key)
	return a, nil
}

// forget removes an Authenticator that was garbage-collected, unless a new one has its key.
func (s *Shared) forget(key [sha256.Size]byte, gone weak.Pointer[Authenticator]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey[key] == gone {
		delete(s.byKey, key)
	}
}
