package execplugin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"k8s.io/utils/clock"

	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	"github.com/typewright/typewright/runtime/internal/redact"
)

const (
	// runTimeout is how long a program may run. People may have to log in with a browser and a second factor.
	runTimeout = 10 * time.Minute
	// waitDelay is how long a run waits for the end of the output after the program has ended or was killed.
	waitDelay = 5 * time.Second
)

// credentials are the credentials that a program printed. They are not changed.
type credentials struct {
	redact.Opaque

	token   redact.Secret[string] // empty: none
	cert    *tls.Certificate      // nil: none
	expires time.Time             // zero: never
}

// runs runs a program when its credentials are needed, once for all requests that wait. A run has its own context, so that a
// request that is cancelled does not stop it for the others. It must not refer to the Authenticator, whose garbage collection
// ends lifetime. It is safe for concurrent use.
type runs struct {
	redact.Opaque

	program program
	clock   clock.PassiveClock
	number  uint64 // see expiries
	timeout time.Duration

	lifetime context.Context // ends when the Authenticator is garbage-collected
	stop     context.CancelFunc

	mu      sync.Mutex
	current *credentials
	running *currentRun // nil if the program does not run
}

// currentRun is a run of the program. Its results are set before done is closed.
type currentRun struct {
	done  chan struct{}
	creds *credentials
	err   error
}

// get returns credentials that have not expired and are not refused, those that the server has refused (nil for none). If it
// has none, it runs the program, or waits for the current run, until ctx ends. The program then continues, for later calls.
func (r *runs) get(ctx context.Context, refused *credentials) (*credentials, error) {
	if ctx.Err() != nil {
		return nil, r.timeoutError(ctx)
	}
	r.mu.Lock()
	if c := r.current; c != nil && c != refused && (c.expires.IsZero() || r.clock.Now().Before(c.expires)) {
		r.mu.Unlock()
		return c, nil
	}
	if r.running == nil {
		r.running = &currentRun{done: make(chan struct{})}
		go r.run(r.running)
	}
	going := r.running
	r.mu.Unlock()
	select {
	case <-going.done:
		return going.creds, going.err
	case <-ctx.Done():
		return nil, r.timeoutError(ctx)
	}
}

func (r *runs) timeoutError(ctx context.Context) error {
	return fmt.Errorf("exec plugin %s did not answer in time for this request: %w", r.program.config.Command, context.Cause(ctx))
}

// run runs the program, keeps its credentials, and sets the results of going.
func (r *runs) run(going *currentRun) {
	ctx, cancel := context.WithTimeoutCause(r.lifetime, r.timeout, fmt.Errorf("it did not answer in time, and was ended after %v", r.timeout))
	defer cancel()
	going.creds, going.err = r.program.run(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if going.err == nil {
		observe(r.number, r.current, going.creds)
		r.current = going.creds
	}
	r.running = nil
	close(going.done)
}

// read returns the credentials in the output of a program, which must be an ExecCredential of the version.
func read(output []byte, version string) (*credentials, error) {
	printed, err := parse(output, version)
	if err != nil {
		return nil, err
	}
	return usable(printed)
}

// usable converts the status that a program printed. Errors never quote it.
func usable(printed *v1.ExecCredentialStatus) (*credentials, error) {
	fresh := &credentials{token: redact.NewSecret(printed.Token)}
	if printed.ExpirationTimestamp != nil {
		fresh.expires = printed.ExpirationTimestamp.Time
	}
	if printed.ClientCertificateData != "" {
		cert, err := tls.X509KeyPair([]byte(printed.ClientCertificateData), []byte(printed.ClientKeyData))
		if err != nil {
			return nil, errors.New("the client certificate and key that it printed are not PEM, or do not belong together")
		}
		fresh.cert = &cert
	}
	return fresh, nil
}
