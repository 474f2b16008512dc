package execplugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/term"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/metrics"
)

// execInfoEnv tells a program what it is asked for.
const execInfoEnv = "KUBERNETES_EXEC_INFO"

// check refuses configurations that could not work, or must not.
func check(config *api.ExecConfig) error {
	if config.Command == "" {
		return errors.New("exec plugin: no command is given")
	}
	if config.APIVersion != V1 && config.APIVersion != V1beta1 {
		return fmt.Errorf("exec plugin %s: invalid apiVersion %q: it must be %s or %s", config.Command, config.APIVersion, V1, V1beta1)
	}
	err := allowed(config)
	decision := "allowed"
	if err != nil {
		decision = "denied"
	}
	metrics.ExecPluginPolicyCalls.Increment(decision)
	return err
}

// allowed asks the policy whether the command may run.
func allowed(config *api.ExecConfig) error {
	policy := config.PluginPolicy
	switch policy.PolicyType {
	case "", api.PluginPolicyAllowAll:
		return nil
	case api.PluginPolicyDenyAll:
		return fmt.Errorf("exec plugin %s: the plugin policy denies all plugins", config.Command)
	case api.PluginPolicyAllowlist:
		for _, entry := range policy.Allowlist {
			if matches(entry.Command, config.Command) {
				return nil
			}
		}
		return fmt.Errorf("exec plugin %s: it is not on the allowlist of the plugin policy", config.Command)
	default:
		return fmt.Errorf("exec plugin %s: unknown plugin policy %q", config.Command, policy.PolicyType)
	}
}

// matches reports whether an entry of an allowlist means a command: by its path, which is looked up where it has no
// folder, or by its name alone.
func matches(entry, command string) bool {
	if entry == "" {
		return false
	}
	if filepath.Base(entry) == entry {
		return filepath.Base(command) == entry
	}
	if found, err := exec.LookPath(command); err == nil {
		command = found
	}
	return filepath.Clean(entry) == filepath.Clean(command)
}

// interactive decides whether the program gets standard input.
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
			return false, fmt.Errorf("exec plugin %s needs standard input, which is no terminal", config.Command)
		}
		return true, nil
	default:
		return false, fmt.Errorf("exec plugin %s: unknown interactiveMode %q: it must be Never, IfAvailable or Always", config.Command, config.InteractiveMode)
	}
}

// run runs the program once.
func run(ctx context.Context, config *api.ExecConfig, cluster *Cluster) (*status, error) {
	stdin, err := interactive(config)
	if err != nil {
		return nil, err
	}
	info := execCredential{APIVersion: config.APIVersion, Kind: "ExecCredential", Spec: spec{Interactive: stdin}}
	if config.ProvideClusterInfo {
		info.Spec.Cluster = cluster
	}
	asked, err := json.Marshal(info)
	if err != nil {
		return nil, fmt.Errorf("exec plugin %s: describe the cluster: %w", config.Command, err)
	}
	cmd := exec.CommandContext(ctx, config.Command, config.Args...) //nolint:gosec // running what the kubeconfig names is the point
	cmd.Env = os.Environ()
	for _, variable := range config.Env {
		cmd.Env = append(cmd.Env, variable.Name+"="+variable.Value)
	}
	cmd.Env = append(cmd.Env, execInfoEnv+"="+string(asked))
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, os.Stderr
	if stdin {
		cmd.Stdin = os.Stdin
	}
	cmd.WaitDelay = waitDelay
	err = cmd.Run()
	countRun(err)
	if err != nil {
		return nil, failed(ctx, config, err)
	}
	credential, err := parse(output.Bytes(), config.APIVersion)
	if err != nil {
		return nil, fmt.Errorf("exec plugin %s: %w", config.Command, err)
	}
	return credential, nil
}

// failed explains why a program did not do its work.
func failed(ctx context.Context, config *api.ExecConfig, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("exec plugin %s did not answer in time: %w", config.Command, context.Cause(ctx))
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return fmt.Errorf("getting credentials: exec: executable %s failed with exit code %d", config.Command, exit.ExitCode())
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		hint := ""
		if config.InstallHint != "" {
			hint = "\n\n" + config.InstallHint
		}
		return fmt.Errorf("getting credentials: exec: executable %s not found: install it, or correct the kubeconfig%s", config.Command, hint)
	default:
		return fmt.Errorf("getting credentials: exec: %w", err)
	}
}
