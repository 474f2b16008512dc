package rest

import (
	"fmt"
	"net/url"
)

var (
	_ fmt.Stringer   = new(Config)
	_ fmt.GoStringer = new(Config)
	_ fmt.Stringer   = TLSClientConfig{}
	_ fmt.GoStringer = TLSClientConfig{}
)

const redacted = "--- REDACTED ---"

// hide replaces a secret that is there.
func hide[S ~string | ~[]byte](secret S) S {
	if len(secret) == 0 {
		return secret
	}
	return S(redacted)
}

// GoString is String.
func (c *Config) GoString() string { return c.String() }

// String describes the configuration without passwords, tokens and keys.
func (c *Config) String() string {
	if c == nil {
		return "<nil>"
	}
	type plain *Config // has no methods, not even those of what Config embeds
	cc := CopyConfig(c)
	cc.Password, cc.BearerToken = hide(cc.Password), hide(cc.BearerToken)
	if host, err := url.Parse(cc.Host); err == nil {
		cc.Host = host.Redacted()
	}
	return fmt.Sprintf("%#v", plain(cc))
}

// GoString is String.
func (c TLSClientConfig) GoString() string { return c.String() }

// String describes the configuration without the key.
func (c TLSClientConfig) String() string {
	type plain TLSClientConfig
	cc := plain(c)
	cc.KeyData, cc.CertData = hide(cc.KeyData), shorten(cc.CertData)
	return fmt.Sprintf("%#v", cc)
}

// shorten keeps a certificate from filling the log.
func shorten(data []byte) []byte {
	if len(data) == 0 {
		return data
	}
	return []byte("--- TRUNCATED ---")
}
