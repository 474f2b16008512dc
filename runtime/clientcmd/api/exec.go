package api

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// ExecConfig names a program that prints credentials, as client.authentication.k8s.io describes it.
type ExecConfig struct {
	// Command to run; a relative path with a separator is relative to the kubeconfig's folder.
	Command string `json:"command"`
	// Args of the command.
	// +optional
	Args []string `datapolicy:"args" json:"args"`
	// Env is added to the environment of the process.
	// +optional
	Env []ExecEnvVar `json:"env"`
	// APIVersion is the version of ExecCredential that the program is to print.
	APIVersion string `json:"apiVersion,omitempty"`
	// InstallHint is shown to the user where the command does not exist.
	InstallHint string `json:"installHint,omitempty"`
	// ProvideClusterInfo passes the cluster to the program in KUBERNETES_EXEC_INFO.
	ProvideClusterInfo bool `json:"provideClusterInfo"`
	// Config is the cluster's configuration for this program, from the extension
	// client.authentication.k8s.io/exec; part of the cluster's information.
	Config runtime.Object `json:"-"`
	// InteractiveMode says what the program needs of standard input.
	InteractiveMode ExecInteractiveMode `json:"interactiveMode,omitempty"`
	// StdinUnavailable is set where standard input is used for something else.
	StdinUnavailable bool `json:"-"`
	// StdinUnavailableMessage says for what.
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

// String is the name of the variable without its value, which may be secret.
func (in ExecEnvVar) String() string {
	return fmt.Sprintf("api.ExecEnvVar{Name: %q, Value: %s}", in.Name, redact.Text)
}

// ExecInteractiveMode says what a program needs of standard input.
type ExecInteractiveMode string

const (
	// NeverExecInteractiveMode is for a program that does not read standard input.
	NeverExecInteractiveMode ExecInteractiveMode = "Never"
	// IfAvailableExecInteractiveMode is for a program that reads standard input where it is a terminal.
	IfAvailableExecInteractiveMode ExecInteractiveMode = "IfAvailable"
	// AlwaysExecInteractiveMode is for a program that cannot do without standard input.
	AlwaysExecInteractiveMode ExecInteractiveMode = "Always"
)

// PluginPolicy decides which exec programs may run. The zero value allows all.
type PluginPolicy struct {
	PolicyType PolicyType `json:"-"`
	// Allowlist is read with PluginPolicyAllowlist alone.
	Allowlist []AllowlistEntry `json:"-"`
}

// PolicyType names a policy.
type PolicyType string

const (
	// PluginPolicyAllowAll lets every program run; an empty policy does the same.
	PluginPolicyAllowAll PolicyType = "AllowAll"
	// PluginPolicyDenyAll lets none run.
	PluginPolicyDenyAll PolicyType = "DenyAll"
	// PluginPolicyAllowlist lets the listed ones run.
	PluginPolicyAllowlist PolicyType = "Allowlist"
)

// AllowlistEntry allows one program.
type AllowlistEntry struct {
	// Command is a file name, or an absolute path.
	Command string `json:"-"`
}
