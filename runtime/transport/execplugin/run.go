package execplugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/term"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	v1 "github.com/typewright/typewright/runtime/clientauthentication/v1"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/internal/redact"
)

const (
	// execInfoEnv is the environment variable with the program's input, an ExecCredential in JSON.
	execInfoEnv = "KUBERNETES_EXEC_INFO"
	// maxOutput is how many bytes a program may print: a hundred times the size of a token and a chain of certificates.
	maxOutput = 1 << 20
)

var errTooMuch = fmt.Errorf("it printed more than %d bytes", maxOutput)

// program is a program to run, and the cluster that it gets as input. It is not changed.
type program struct {
	redact.Opaque

	config  *api.ExecConfig
	cluster *v1.Cluster
	// hasTerminal reports whether this process has a controlling terminal, at which a user may answer and stop the program.
	hasTerminal func() bool
}

// interactive reports whether the program gets standard input. It fails if the program requires it and cannot have it.
func interactive(config *api.ExecConfig) (bool, error) {
	terminal := term.IsTerminal(int(os.Stdin.Fd()))
	switch config.InteractiveMode {
	case api.NeverExecInteractiveMode:
		return false, nil
	case api.IfAvailableExecInteractiveMode, "":
		return !config.StdinUnavailable && terminal, nil
	case api.AlwaysExecInteractiveMode:
		switch {
		case config.StdinUnavailable && config.StdinUnavailableMessage != "":
			return false, fmt.Errorf("exec plugin %s needs standard input: %s", config.Command, config.StdinUnavailableMessage)
		case config.StdinUnavailable:
			return false, fmt.Errorf("exec plugin %s needs standard input, which is unavailable", config.Command)
		case !terminal:
			return false, fmt.Errorf("exec plugin %s needs standard input, which is not a terminal", config.Command)
		}
		return true, nil
	default:
		return false, fmt.Errorf("exec plugin %s: unknown interactiveMode %q: it must be Never, IfAvailable or Always", config.Command, config.InteractiveMode)
	}
}

// run runs the program once, if the policy allows it, and returns the credentials that it printed. When ctx ends, the program
// is killed; see command for its children.
func (p *program) run(ctx context.Context) (*credentials, error) {
	stdin, err := interactive(p.config)
	if err != nil {
		return nil, err
	}
	file, err := permit(p.config)
	countDecision(err)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	output := &bounded{overflow: func() { cancel(errTooMuch) }}
	cmd, err := p.command(ctx, file, stdin)
	if err != nil {
		return nil, err
	}
	cmd.Stdout = output
	err = cmd.Run()
	if errors.Is(err, exec.ErrWaitDelay) {
		_ = killGroup(cmd) // the program has ended, but a child still holds its output open
	}
	countRun(err)
	if err != nil {
		return nil, p.explain(ctx, err)
	}
	creds, err := read(output.text.Bytes(), p.config.APIVersion)
	if err != nil {
		return nil, fmt.Errorf("exec plugin %s: %w", p.config.Command, err)
	}
	return creds, nil
}

// command returns the command to run. Its environment is that of this process, the variables of the configuration, and the
// input of the program. It inherits standard error, which is not read here.
//
// The children of the program are killed with it if it has its own process group. It has none if it gets standard input or this
// process has a terminal: a group in the background cannot read from the terminal and does not receive Ctrl-C.
func (p *program) command(ctx context.Context, file string, stdin bool) (*exec.Cmd, error) {
	info := v1.ExecCredential{
		TypeMeta: metav1.TypeMeta{APIVersion: p.config.APIVersion, Kind: kind}, Spec: v1.ExecCredentialSpec{Interactive: stdin},
	}
	if p.config.ProvideClusterInfo {
		info.Spec.Cluster = p.cluster
	}
	asked, err := json.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("exec plugin %s: describe the cluster: %w", p.config.Command, err)
	}
	cmd := exec.CommandContext(ctx, file, p.config.Args...) //nolint:gosec // running what the kubeconfig names is the point
	cmd.Args[0] = p.config.Command
	cmd.Env = os.Environ()
	for _, variable := range p.config.Env {
		cmd.Env = append(cmd.Env, variable.Name+"="+variable.Value)
	}
	cmd.Env = append(cmd.Env, execInfoEnv+"="+string(asked))
	cmd.Stderr = os.Stderr
	if stdin {
		cmd.Stdin = os.Stdin
	} else if !p.hasTerminal() {
		useOwnGroup(cmd)
	}
	cmd.WaitDelay = waitDelay
	return cmd, nil
}

// explain returns the error of a run that failed with err. If ctx has ended, its cause is the reason.
func (p *program) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("exec plugin %s: %w", p.config.Command, context.Cause(ctx))
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fmt.Errorf("getting credentials: exec: executable %s failed with exit code %d", p.config.Command, exit.ExitCode())
	case errors.Is(err, exec.ErrWaitDelay):
		return fmt.Errorf("getting credentials: exec: executable %s has ended, but a process that it started held its output open", p.config.Command)
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return missing(p.config.Command, p.config.InstallHint, err)
	default:
		return fmt.Errorf("getting credentials: exec: %w", err)
	}
}

// missing returns the error for a program that cannot be looked up, with the configuration's hint on how to install it.
func missing(command, hint string, err error) error {
	if !errors.Is(err, exec.ErrNotFound) && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("exec plugin %s: look up the executable: %w", command, err)
	}
	if hint != "" {
		hint = "\n\n" + hint
	}
	return fmt.Errorf("getting credentials: exec: executable %s not found: install it, or correct the kubeconfig%s", command, hint)
}

// bounded is a buffer of up to maxOutput bytes. A write beyond that fails and calls overflow.
type bounded struct {
	text     bytes.Buffer
	overflow func()
}

// Write appends all of data, or nothing and fails.
func (b *bounded) Write(data []byte) (int, error) {
	if b.text.Len()+len(data) > maxOutput {
		b.overflow()
		return 0, errTooMuch
	}
	return b.text.Write(data)
}
