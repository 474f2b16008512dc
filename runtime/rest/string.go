package rest

import (
	"fmt"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// String describes the configuration without passwords, tokens and keys.
func (c *Config) String() string { return redact.Struct(c) }

// GoString is String.
func (c *Config) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c Config) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// MarshalLog returns String, for loggers.
func (c Config) MarshalLog() any { return c.String() }

// MarshalText returns String: this is no format to keep a configuration in, and JSON ends up in logs.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String describes the configuration without the key.
func (c TLSClientConfig) String() string { return redact.Struct(c) }

// GoString is String.
func (c TLSClientConfig) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c TLSClientConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// MarshalText returns String: this is no format to keep a configuration in, and JSON ends up in logs.
func (c TLSClientConfig) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String is the verb and the URL: headers and body may be secret.
func (r *Request) String() string {
	if r == nil {
		return redact.Nil
	}
	return fmt.Sprintf("rest.Request{%s %s}", r.verb, redact.URL(r.URL()))
}

// GoString is String.
func (r *Request) GoString() string { return r.String() }

// Format prints String, whatever the verb.
func (r Request) Format(f fmt.State, verb rune) { redact.Format(f, verb, r.String()) }

// String describes the answer without its body, which may be secret.
func (r Result) String() string {
	return fmt.Sprintf("rest.Result{StatusCode: %d, ContentType: %q, Body: %d bytes}", r.statusCode, r.contentType, len(r.body))
}

// GoString is String.
func (r Result) GoString() string { return r.String() }

// Format prints String, whatever the verb.
func (r Result) Format(f fmt.State, verb rune) { redact.Format(f, verb, r.String()) }

// String is the address of the server.
func (c *RESTClient) String() string {
	if c == nil {
		return redact.Nil
	}
	return fmt.Sprintf("rest.RESTClient{Base: %q}", redact.URL(c.base))
}

// GoString is String.
func (c *RESTClient) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c *RESTClient) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }
