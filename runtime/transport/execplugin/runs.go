package execplugin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/internal/redact"
)

const (
	// runTimeout is how long a program may take. People log in with a browser and a second factor meanwhile.
	runTimeout = 10 * time.Minute
	// waitDelay is how long a program that was told to end may still hold its output open.
	waitDelay = 5 * time.Second
)

// credentials are what a program printed, ready for use. They do not change.
type credentials struct {
	redact.Opaque

	token   redact.Secret[string]
	cert    *tls.Certificate
	expires time.Time // zero: never
}

// runs has a program run when its credentials are needed: once for all who wait, under a context of its own, so that
// those who give up end nothing for the others. Nothing in it leads back to the Authenticator, whose end is the end of
// runs, too.
type runs struct {
	redact.Opaque

	program program
	clock   clock.PassiveClock
	number  uint64 // see expiries
	timeout time.Duration

	over context.Context // ends with the last user
	end  context.CancelFunc

	mu      sync.Mutex
	current *credentials
	going   *goingRun // nil where the program does not run
}

// goingRun is a run that has begun. Its results are set when done is closed.
type goingRun struct {
	done  chan struct{}
	creds *credentials
	err   error
}

// get returns credentials that have not expired and are not those that the server refused. It waits for the program until
// ctx ends; the program runs on, and what it prints serves those who ask later.
func (r *runs) get(ctx context.Context, refused *credentials) (*credentials, error) {
	if ctx.Err() != nil {
		return nil, r.gaveUp(ctx)
	}
	r.mu.Lock()
	if c := r.current; c != nil && c != refused && (c.expires.IsZero() || r.clock.Now().Before(c.expires)) {
		r.mu.Unlock()
		return c, nil
	}
	if r.going == nil {
		r.going = &goingRun{done: make(chan struct{})}
		go r.run(r.going)
	}
	going := r.going
	r.mu.Unlock()
	select {
	case <-going.done:
		return going.creds, going.err
	case <-ctx.Done():
		return nil, r.gaveUp(ctx)
	}
}

func (r *runs) gaveUp(ctx context.Context) error {
	return fmt.Errorf("exec plugin %s did not answer in time for this request: %w", r.program.config.Command, context.Cause(ctx))
}

// run runs the program and keeps what it printed.
func (r *runs) run(going *goingRun) {
	ctx, cancel := context.WithTimeoutCause(r.over, r.timeout, fmt.Errorf("it did not answer in time, and was ended after %v", r.timeout))
	defer cancel()
	going.creds, going.err = r.program.run(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if going.err == nil {
		observe(r.number, r.current, going.creds)
		r.current = going.creds
	}
	r.going = nil
	close(going.done)
}

// read makes credentials of the output of a program of the given version.
func read(output []byte, version string) (*credentials, error) {
	printed, err := parse(output, version)
	if err != nil {
		return nil, err
	}
	return usable(printed)
}

// usable makes credentials of what a program printed. Errors describe it, and never quote it.
func usable(printed *status) (*credentials, error) {
	fresh := &credentials{token: redact.NewSecret(printed.Token)}
	if printed.ExpirationTimestamp != nil {
		fresh.expires = *printed.ExpirationTimestamp
	}
	if printed.ClientCertificateData != "" {
		cert, err := tls.X509KeyPair([]byte(printed.ClientCertificateData), []byte(printed.ClientKeyData))
		if err != nil {
			return nil, errors.New("the client certificate and key that it printed are no PEM, or do not fit")
		}
		fresh.cert = &cert
	}
	return fresh, nil
}
