package core

import (
	"sync"
	"time"
)

// Server is documented at cache.Server.
type Server struct {
	mu sync.Mutex
	// noStreams is when the server turned out not to stream lists.
	noStreams time.Time
}

// memorable is how long it is remembered that a server does not stream lists: servers are upgraded.
const memorable = time.Hour

func (s *Server) hasNoStreamedLists(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noStreams = now
}

func (s *Server) streamsLists(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noStreams.IsZero() || now.Sub(s.noStreams) >= memorable
}
