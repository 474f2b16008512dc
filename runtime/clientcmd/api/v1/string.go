package v1

import (
	"fmt"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// What is printed hides what may be secret. As JSON or YAML these types are kubeconfigs, which hold credentials.

// hide stands for what is set.
func hide(set bool) string {
	if set {
		return redact.Text
	}
	return ""
}

// GoString is String.
func (in AuthInfo) GoString() string { return in.String() }

// String describes a user without what is secret: tokens, passwords, keys, extensions, and what programs are given.
func (in AuthInfo) String() string {
	return fmt.Sprintf(
		"v1.AuthInfo{ClientCertificate: %q, ClientCertificateData: %q, ClientKey: %q, ClientKeyData: %q, "+
			"Token: %q, TokenFile: %q, Impersonate: %q, Username: %q, Password: %q, AuthProvider: %v, Exec: %v}",
		in.ClientCertificate, hide(len(in.ClientCertificateData) > 0), in.ClientKey, hide(len(in.ClientKeyData) > 0),
		hide(in.Token != ""), in.TokenFile, in.Impersonate, in.Username, hide(in.Password != ""), in.AuthProvider, in.Exec)
}

// GoString is String.
func (in AuthProviderConfig) GoString() string { return in.String() }

// String describes the configuration without its values.
func (in AuthProviderConfig) String() string {
	return fmt.Sprintf("v1.AuthProviderConfig{Name: %q, Config: %q}", in.Name, hide(len(in.Config) > 0))
}

// GoString is String.
func (in ExecConfig) GoString() string { return in.String() }

// String describes the configuration without arguments and environment.
func (in ExecConfig) String() string {
	return fmt.Sprintf("v1.ExecConfig{Command: %q, Args: %q, Env: %q, APIVersion: %q, InteractiveMode: %q, ProvideClusterInfo: %t}",
		in.Command, hide(len(in.Args) > 0), hide(len(in.Env) > 0), in.APIVersion, in.InteractiveMode, in.ProvideClusterInfo)
}

// GoString is String.
func (in ExecEnvVar) GoString() string { return in.String() }

// String is the name of the variable without its value.
func (in ExecEnvVar) String() string {
	return fmt.Sprintf("v1.ExecEnvVar{Name: %q, Value: %q}", in.Name, hide(in.Value != ""))
}

// Format prints String, whatever the verb.
func (in AuthInfo) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// Format prints String, whatever the verb.
func (in AuthProviderConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// Format prints String, whatever the verb.
func (in ExecConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// Format prints String, whatever the verb.
func (in ExecEnvVar) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the kubeconfig without what may be secret.
func (in Config) String() string { return redact.Struct(in) }

// GoString is String.
func (in Config) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Config) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the preferences without what may be secret.
func (in Preferences) String() string { return redact.Struct(in) }

// GoString is String.
func (in Preferences) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Preferences) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the cluster without what may be secret.
func (in Cluster) String() string { return redact.Struct(in) }

// GoString is String.
func (in Cluster) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Cluster) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the context without what may be secret.
func (in Context) String() string { return redact.Struct(in) }

// GoString is String.
func (in Context) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Context) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the entry without what may be secret.
func (in NamedExtension) String() string { return redact.Struct(in) }

// GoString is String.
func (in NamedExtension) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in NamedExtension) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the entry without what may be secret.
func (in NamedCluster) String() string { return redact.Struct(in) }

// GoString is String.
func (in NamedCluster) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in NamedCluster) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the entry without what may be secret.
func (in NamedContext) String() string { return redact.Struct(in) }

// GoString is String.
func (in NamedContext) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in NamedContext) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the entry without what may be secret.
func (in NamedAuthInfo) String() string { return redact.Struct(in) }

// GoString is String.
func (in NamedAuthInfo) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in NamedAuthInfo) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }
