package v1

import "fmt"

// redacted stands for what may be secret.
const redacted = "--- REDACTED ---"

// hide is redacted for what is set.
func hide(set bool) string {
	if set {
		return redacted
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
