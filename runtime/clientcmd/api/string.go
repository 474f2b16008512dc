package api

import (
	"fmt"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Printing these types hides values that may be secret. Their JSON and YAML is complete, since kubeconfigs contain credentials.

// GoString is String.
func (in AuthInfo) GoString() string { return in.String() }

// String describes a user without certificate data, keys, tokens, passwords and the input of programs.
func (in AuthInfo) String() string {
	secret := func(set bool) string {
		if set {
			return redact.Text
		}
		return ""
	}
	return fmt.Sprintf(
		"api.AuthInfo{LocationOfOrigin: %q, ClientCertificate: %q, ClientCertificateData: %q, ClientKey: %q, ClientKeyData: %q, "+
			"Token: %q, TokenFile: %q, Impersonate: %q, Username: %q, Password: %q, AuthProvider: %v, Exec: %v}",
		in.LocationOfOrigin, in.ClientCertificate, secret(len(in.ClientCertificateData) > 0),
		in.ClientKey, secret(len(in.ClientKeyData) > 0), secret(in.Token != ""), in.TokenFile,
		in.Impersonate, in.Username, secret(in.Password != ""), in.AuthProvider, in.Exec)
}

// Format prints String, whatever the verb.
func (in AuthInfo) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// Format prints String, whatever the verb.
func (c AuthProviderConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// Format prints String, whatever the verb.
func (c ExecConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// Format prints String, whatever the verb.
func (in ExecEnvVar) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the kubeconfig without values that may be secret.
func (in Config) String() string { return redact.Struct(in) }

// GoString is String.
func (in Config) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Config) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the preferences without values that may be secret.
func (in Preferences) String() string { return redact.Struct(in) }

// GoString is String.
func (in Preferences) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Preferences) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the cluster without values that may be secret.
func (in Cluster) String() string { return redact.Struct(in) }

// GoString is String.
func (in Cluster) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Cluster) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }

// String describes the context without values that may be secret.
func (in Context) String() string { return redact.Struct(in) }

// GoString is String.
func (in Context) GoString() string { return in.String() }

// Format prints String, whatever the verb.
func (in Context) Format(f fmt.State, verb rune) { redact.Format(f, verb, in.String()) }
