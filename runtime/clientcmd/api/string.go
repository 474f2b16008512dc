package api

import "fmt"

// GoString is String.
func (in AuthInfo) GoString() string { return in.String() }

// String describes a user without what is secret: tokens, passwords, keys, and what programs are given.
func (in AuthInfo) String() string {
	secret := func(set bool) string {
		if set {
			return redacted
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
