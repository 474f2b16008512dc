package execplugin

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"

	"k8s.io/utils/clock"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/transport"
)

// Authenticator runs a program and keeps the credentials that it prints. It is safe for concurrent use. When it is
// garbage-collected, its program is killed if it still runs.
type Authenticator struct {
	runs   *runs
	holder *transport.GetCertHolder
}

// New returns an Authenticator for the program that config names. If config.ProvideClusterInfo is set, the program gets
// cluster, with config.Config as its Config; cluster may be nil. New fails if [Validate] does, and if the policy does not allow
// the program. The program does not run before credentials are needed. Later changes of config have no effect.
func New(config *api.ExecConfig, cluster *clientauthentication.Cluster) (*Authenticator, error) {
	if err := Validate(config); err != nil {
		return nil, err
	}
	if _, err := permit(config); err != nil {
		countDecision(err)
		return nil, err
	}
	own := config.DeepCopy()
	r := &runs{program: program{config: own, cluster: describe(cluster, own.Config), hasTerminal: hasTerminal}, clock: clock.RealClock{}, timeout: runTimeout}
	r.lifetime, r.stop = context.WithCancel(context.Background())
	a := &Authenticator{runs: r}
	a.holder = &transport.GetCertHolder{GetCert: a.certificate}
	r.number = certificateExpiries.add(a)
	runtime.AddCleanup(a, func(end context.CancelFunc) { end() }, r.stop)
	return a, nil
}

// key returns a digest of all settings that decide what the program prints and whether it may run. It is a digest because
// the program's input may be secret.
func key(config *api.ExecConfig, cluster *clientauthentication.Cluster) ([sha256.Size]byte, error) {
	policy := []any{config.PluginPolicy.PolicyType, config.PluginPolicy.Allowlist != nil}
	for _, entry := range config.PluginPolicy.Allowlist {
		policy = append(policy, entry.Command)
	}
	data, err := json.Marshal([]any{config, describe(cluster, config.Config), clusterConfig(config.Config), config.StdinUnavailable, config.StdinUnavailableMessage, policy})
	return sha256.Sum256(data), err
}

// String names the program, without its arguments, environment and credentials.
func (a *Authenticator) String() string {
	if a == nil {
		return redact.Nil
	}
	return fmt.Sprintf("execplugin.Authenticator{Command: %q}", a.runs.program.config.Command)
}

// GoString is String.
func (a *Authenticator) GoString() string { return a.String() }

// Format prints String, whatever the verb.
func (a Authenticator) Format(f fmt.State, verb rune) { redact.Format(f, verb, a.String()) }

// IsStatic reports whether c has credentials that take precedence over those of a program: a token, a token file, a user name,
// or a client certificate.
func IsStatic(c *transport.Config) bool {
	return c.HasTokenAuth() || c.HasBasicAuth() || c.HasCertAuth()
}

// UpdateTransportConfig changes c so that its transports use the program's credentials. If [IsStatic] is true for c, it
// changes nothing, and the program does not run. It fails if c has a certificate callback. If c.Transport is set, the program's
// client certificate is not used.
func (a *Authenticator) UpdateTransportConfig(c *transport.Config) error {
	if IsStatic(c) {
		return nil
	}
	if c.HasCertCallback() {
		return errors.New("exec plugin: the configuration has a certificate callback already")
	}
	if c.Transport == nil {
		c.TLS.GetCertHolder = a.holder
	}
	c.Wrap(a.wrap)
	return nil
}

// get calls runs.get. It keeps the Authenticator alive meanwhile, because the program is killed when it is garbage-collected.
func (a *Authenticator) get(ctx context.Context, refused *credentials) (*credentials, error) {
	defer runtime.KeepAlive(a)
	return a.runs.get(ctx, refused)
}

// certificate returns the client certificate for a handshake, nil if the program printed none. It may wait until the program
// ends, but rarely does: the round tripper gets the credentials before, with the request's context.
func (a *Authenticator) certificate() (*tls.Certificate, error) {
	c, err := a.get(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	return c.cert, nil
}
