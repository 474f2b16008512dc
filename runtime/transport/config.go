package transport

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/typewright/typewright/runtime/internal/redact"
)

// Config says how to connect and authenticate to a server. The zero value uses the system's root certificates and no
// credentials. This package does not change a Config, and callers must not change it after they passed it to New.
type Config struct {
	// UserAgent is set on requests without a User-Agent header.
	UserAgent string
	// TLS configures the server's certificate and the client's.
	TLS TLSConfig
	// Username and Password are for basic authentication.
	Username string
	Password string `datapolicy:"password"`
	// BearerToken is sent in the Authorization header of requests without one.
	BearerToken string `datapolicy:"token"`
	// BearerTokenFile is a file with a bearer token. It is read again every minute, and after a response with 401. Until it
	// can be read, BearerToken is sent.
	BearerTokenFile string
	// Impersonate is the user to act as.
	Impersonate ImpersonationConfig
	// BasePath is the path below which the server's paths are, for a proxy in front of several servers. If a request is below
	// it, a redirect must be too. Empty means the whole host.
	BasePath string
	// DisableCompression does not ask for gzip.
	DisableCompression bool
	// Transport is used as it is, and Proxy, DialHolder and DisableCompression have no effect. New fails if it is set together
	// with SeparateConnections, TLS.Insecure, a CA, a client certificate or a certificate callback.
	Transport http.RoundTripper
	// WrapTransport wraps the transport. Its result is below authentication: it sees requests with their credentials.
	WrapTransport WrapperFunc
	// DialHolder contains the function that dials. Two configurations share connections only if the holder is the same.
	DialHolder *DialHolder
	// Proxy returns the URL of the proxy for a request, with the scheme http, https, socks5 or socks5h, or nil for none. A nil
	// function means the proxy of the environment. Two configurations share connections only if the function is the same;
	// [http.ProxyURL] returns a new function at each call.
	Proxy func(*http.Request) (*url.URL, error)
	// SeparateConnections moves watches or writes to connections of their own.
	SeparateConnections SeparateConnections
}

// DialHolder gives a dial function an identity, by which configurations share connections: Go cannot compare functions.
type DialHolder struct {
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// GetCertHolder gives a certificate callback an identity, as DialHolder does for a dial function. GetCert must be safe for
// concurrent use. If it returns nil and no error, no client certificate is sent.
type GetCertHolder struct {
	GetCert func() (*tls.Certificate, error)
}

// ImpersonationConfig is a user to act as. The zero value turns impersonation off.
type ImpersonationConfig struct {
	// UserName is required if another field is set.
	UserName string
	UID      string
	Groups   []string
	Extra    map[string][]string
}

// TLSConfig configures the server's certificate and the client's. Each Data field has precedence over its file.
type TLSConfig struct {
	CAFile   string
	CertFile string
	KeyFile  string
	// ReloadTLSFiles and ReloadCAFiles have no effect and exist for programs that set them: changes of files are always
	// noticed, within ten seconds of use. New requests then use new connections, and running requests such as watches
	// continue over the old ones.
	ReloadTLSFiles bool
	ReloadCAFiles  bool

	// Insecure accepts any certificate of the server. New fails if a CA is set too.
	Insecure bool
	// ServerName is used instead of the host name, for SNI and to verify the server's certificate.
	ServerName string

	// CAData, CertData and KeyData are the contents of such files, in PEM, and win over them.
	CAData   []byte
	CertData []byte
	KeyData  []byte `datapolicy:"security-key"`

	// NextProtos are the protocols to offer (ALPN), in order of preference; empty means HTTP/2, then HTTP/1.1.
	NextProtos []string
	// GetCertHolder contains a function that returns the client certificate. A certificate and key have precedence over it.
	GetCertHolder *GetCertHolder
}

// HasCA reports whether root certificates other than the system's are set.
func (c *Config) HasCA() bool { return len(c.TLS.CAData) > 0 || c.TLS.CAFile != "" }

// HasBasicAuth reports whether a user name is set.
func (c *Config) HasBasicAuth() bool { return c.Username != "" }

// HasTokenAuth reports whether a bearer token or a token file is set.
func (c *Config) HasTokenAuth() bool { return c.BearerToken != "" || c.BearerTokenFile != "" }

// HasCertAuth reports whether a client certificate and its key are set.
func (c *Config) HasCertAuth() bool {
	return (len(c.TLS.CertData) > 0 || c.TLS.CertFile != "") && (len(c.TLS.KeyData) > 0 || c.TLS.KeyFile != "")
}

// HasCertCallback reports whether GetCertHolder is set.
func (c *Config) HasCertCallback() bool { return c.TLS.GetCertHolder != nil }

// Wrap adds a wrapper around those that are set. It changes c.
func (c *Config) Wrap(fn WrapperFunc) { c.WrapTransport = Wrappers(c.WrapTransport, fn) }

// WrapperFunc wraps a transport, to add authentication or logging for example.
type WrapperFunc func(rt http.RoundTripper) http.RoundTripper

// Wrappers combines wrappers into one, the last outermost, and skips nil. It returns nil for no arguments and for two that
// are nil, so that Wrap of nil leaves a Config without a wrapper unchanged. For any other number of nil arguments it returns
// a function that returns its argument.
func Wrappers(fns ...WrapperFunc) WrapperFunc {
	var all WrapperFunc
	if len(fns) != 0 && len(fns) != 2 {
		all = func(rt http.RoundTripper) http.RoundTripper { return rt }
	}
	for _, fn := range fns {
		switch below := all; {
		case fn == nil:
		case below == nil:
			all = fn
		default:
			all = func(rt http.RoundTripper) http.RoundTripper { return fn(below(rt)) }
		}
	}
	return all
}

// String describes the configuration without passwords, tokens and keys.
func (c *Config) String() string { return redact.Struct(c) }

// GoString is String.
func (c *Config) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c Config) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// MarshalLog returns String, for loggers.
func (c Config) MarshalLog() any { return c.String() }

// MarshalText returns String, for JSON too: JSON ends up in logs, and a Config is not made to be stored.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String describes the configuration without the key.
func (c *TLSConfig) String() string { return redact.Struct(c) }

// GoString is String.
func (c *TLSConfig) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c TLSConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// MarshalLog returns String, for loggers.
func (c TLSConfig) MarshalLog() any { return c.String() }

// MarshalText returns String, for JSON too: JSON ends up in logs, and a TLSConfig is not made to be stored.
func (c TLSConfig) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
