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

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/transport"
)

// Authenticator keeps the credentials that a program prints. It is safe for concurrent use. When nobody holds it any more,
// a program that still runs is killed.
type Authenticator struct {
	runs   *runs
	holder *transport.GetCertHolder
}

// New returns an Authenticator for the program that config names; cluster is what it is told of the cluster, where it
// asks for that. It fails where [Validate] does, and where the policy does not allow the program. Nothing runs before
// credentials are needed. Later changes of config have no effect.
func New(config *api.ExecConfig, cluster *Cluster) (*Authenticator, error) {
	if err := Validate(config); err != nil {
		return nil, err
	}
	if _, err := permit(config); err != nil {
		countDecision(err)
		return nil, err
	}
	own := config.DeepCopy()
	if cluster != nil {
		told := *cluster
		told.Config = clusterConfig(own.Config)
		cluster = &told
	}
	r := &runs{program: program{config: own, cluster: cluster, hasTerminal: hasTerminal}, clock: clock.RealClock{}, timeout: runTimeout}
	r.over, r.end = context.WithCancel(context.Background())
	a := &Authenticator{runs: r}
	a.holder = &transport.GetCertHolder{GetCert: a.certificate}
	r.number = certificateExpiries.add(a)
	runtime.AddCleanup(a, func(end context.CancelFunc) { end() }, r.end)
	return a, nil
}

// key tells configurations apart whose programs may print different things, or may not run. It is a digest, because what a
// program is given may be secret.
func key(config *api.ExecConfig, cluster *Cluster) ([sha256.Size]byte, error) {
	policy := []any{config.PluginPolicy.PolicyType, config.PluginPolicy.Allowlist != nil}
	for _, entry := range config.PluginPolicy.Allowlist {
		policy = append(policy, entry.Command)
	}
	data, err := json.Marshal([]any{config, cluster, clusterConfig(config.Config), config.StdinUnavailable, config.StdinUnavailableMessage, policy})
	return sha256.Sum256(data), err
}

// String names the program, and nothing of what it is given or printed.
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

// IsStatic reports whether c says already who the user is: a token, a file with one, a user name, or a client certificate.
// That wins over a program's credentials.
func IsStatic(c *transport.Config) bool {
	return c.HasTokenAuth() || c.HasBasicAuth() || c.HasCertAuth()
}

// UpdateTransportConfig has transports made from c use the program's credentials. Where [IsStatic] holds it changes
// nothing, and the program never runs.
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

// get is runs.get that keeps the Authenticator, so that what is waited for is not ended because nobody else holds it.
func (a *Authenticator) get(ctx context.Context, refused *credentials) (*credentials, error) {
	defer runtime.KeepAlive(a)
	return a.runs.get(ctx, refused)
}

// certificate is asked for at each handshake, for which it waits as long as the program may run. The round tripper has
// asked for credentials before, under the request's context, so that the program rarely runs here.
func (a *Authenticator) certificate() (*tls.Certificate, error) {
	c, err := a.get(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	return c.cert, nil
}
