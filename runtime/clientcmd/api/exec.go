package api

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// ExecConfig names a program that prints credentials, with the protocol client.authentication.k8s.io.
type ExecConfig struct {
	// Command is the program to run. A name without a separator is looked up in PATH; a relative path with a separator is
	// relative to the kubeconfig's folder.
	Command string `json:"command"`
	// Args of the command.
	// +optional
	Args []string `datapolicy:"args" json:"args"`
	// Env is added to the environment of this process, which the program inherits.
	// +optional
	Env []ExecEnvVar `json:"env"`
	// APIVersion is the version of ExecCredential that the program must print.
	APIVersion string `json:"apiVersion,omitempty"`
	// InstallHint is added to the error if the command does not exist.
	InstallHint string `json:"installHint,omitempty"`
	// ProvideClusterInfo passes the cluster to the program in KUBERNETES_EXEC_INFO.
	ProvideClusterInfo bool `json:"provideClusterInfo"`
	// Config is the cluster's configuration for this program, from the cluster's extension
	// client.authentication.k8s.io/exec. It is passed with the cluster.
	Config runtime.Object `json:"-"`
	// InteractiveMode says whether the program needs standard input. Empty means IfAvailable.
	InteractiveMode ExecInteractiveMode `json:"interactiveMode,omitempty"`
	// StdinUnavailable means that this process uses standard input for something else.
	StdinUnavailable bool `json:"-"`
	// StdinUnavailableMessage says for what, in errors.
	StdinUnavailableMessage string `json:"-"`
	// PluginPolicy decides which programs may run.
	PluginPolicy PluginPolicy `json:"-"`
}

var (
	_ fmt.Stringer   = new(ExecConfig)
	_ fmt.GoStringer = new(ExecConfig)
)

// GoString is String.
func (c ExecConfig) GoString() string { return c.String() }

// String describes the configuration without arguments, environment and cluster configuration, which may be secret.
func (c ExecConfig) String() string {
	var args []string
	if len(c.Args) > 0 {
		args = []string{redact.Text}
	}
	env, config := "[]ExecEnvVar(nil)", "runtime.Object(nil)"
	if len(c.Env) > 0 {
		env = "[]ExecEnvVar{" + redact.Text + "}"
	}
	if c.Config != nil {
		config = "runtime.Object(" + redact.Text + ")"
	}
	return fmt.Sprintf(
		"api.ExecConfig{Command: %q, Args: %#v, Env: %s, APIVersion: %q, ProvideClusterInfo: %t, Config: %s, StdinUnavailable: %t}",
		c.Command, args, env, c.APIVersion, c.ProvideClusterInfo, config, c.StdinUnavailable)
}

// ExecEnvVar is one variable of a program's environment.
type ExecEnvVar struct {
	Name  string `json:"name"`
	Value string `datapolicy:"value" json:"value"`
}

// GoString is String.
func (in ExecEnvVar) GoString() string { return in.String() }

// String describes the variable without its value, which may be secret.
func (in ExecEnvVar) String() string {
	return fmt.Sprintf("api.ExecEnvVar{Name: %q, Value: %s}", in.Name, redact.Text)
}

// ExecInteractiveMode says whether a program needs standard input.
type ExecInteractiveMode string

const (
	// NeverExecInteractiveMode means that the program never gets standard input.
	NeverExecInteractiveMode ExecInteractiveMode = "Never"
	// IfAvailableExecInteractiveMode means that the program gets standard input if it is a terminal.
	IfAvailableExecInteractiveMode ExecInteractiveMode = "IfAvailable"
	// AlwaysExecInteractiveMode means that the program runs only if standard input is a terminal.
	AlwaysExecInteractiveMode ExecInteractiveMode = "Always"
)

// PluginPolicy decides which exec programs may run. The zero value allows all.
type PluginPolicy struct {
	PolicyType PolicyType `json:"-"`
	// Allowlist is required with PluginPolicyAllowlist, and an error with other types.
	Allowlist []AllowlistEntry `json:"-"`
}

// PolicyType names a policy.
type PolicyType string

const (
	// PluginPolicyAllowAll allows every program, as an empty type does.
	PluginPolicyAllowAll PolicyType = "AllowAll"
	// PluginPolicyDenyAll allows no program.
	PluginPolicyDenyAll PolicyType = "DenyAll"
	// PluginPolicyAllowlist allows the programs of the list.
	PluginPolicyAllowlist PolicyType = "Allowlist"
)

// AllowlistEntry allows one program.
type AllowlistEntry struct {
	// Command is a clean path, or a name that is looked up in PATH. It must lead to the same path as the command that is to
	// run.
	Command string `json:"-"`
}
