package apitest

import (
	"time"

	"github.com/typewright/typewright/runtime/apitest/internal/serve"
)

// Snapshot is everything that a server held at a moment. It never changes.
type Snapshot struct {
	state serve.State
}

// Snapshot returns what the server holds.
func (s *Server) Snapshot() *Snapshot { return &Snapshot{s.api.Save()} }

// RestartOptions say how a server comes back. The zero value is a server that is away for no time and forgets nothing.
type RestartOptions struct {
	// Down is how long connections are refused.
	Down time.Duration
	// ForgetHistory makes every watch from an earlier version too old (410), as a restart of a real server does.
	ForgetHistory bool
	// Restore brings back what there was, as after restoring a backup: resource versions go back, and will be given again,
	// to other changes. History is forgotten.
	Restore *Snapshot
}

// Restart breaks all connections, as the end of a process does, and serves again at the same address. It returns when the
// server is there again; an error means that it is not.
func (s *Server) Restart(opts RestartOptions) error {
	s.Cut()
	s.endpoint.stop()
	time.Sleep(opts.Down)
	switch {
	case opts.Restore != nil:
		if err := s.api.Restore(opts.Restore.state); err != nil {
			return err
		}
	case opts.ForgetHistory:
		s.api.Forget()
	}
	return s.endpoint.start(s.handler())
}
