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

// Config tells how to reach a server and as whom. The zero value speaks plain HTTP, or TLS with the system's roots, as
// nobody. A Config is not changed by this package.
type Config struct {
	// UserAgent is sent with requests that have none.
	UserAgent string
	// TLS is how server and client prove who they are.
	TLS TLSConfig
	// Username and Password are for basic authentication.
	Username string
	Password string `datapolicy:"password"`
	// BearerToken is sent with requests that have no authorization.
	BearerToken string `datapolicy:"token"`
	// BearerTokenFile holds a token that is read again as it changes. BearerToken serves until it was first read.
	BearerTokenFile string
	// Impersonate names somebody to act as.
	Impersonate ImpersonationConfig
	// BasePath is the path that all of the server's own begin with, as behind a proxy that serves several servers. A
	// redirect of a request below it is followed below it only. Empty means the whole host.
	BasePath string
	// DisableCompression asks for answers without gzip.
	DisableCompression bool
	// Transport replaces what this package would make of TLS, Proxy and DialHolder.
	Transport http.RoundTripper
	// WrapTransport is called with the finished transport below authentication, and returns one to use instead.
	WrapTransport WrapperFunc
	// DialHolder holds the function that dials; two configurations with the same holder may share connections.
	DialHolder *DialHolder
	// Proxy tells which proxy to use for a request: http, https, socks5 or socks5h. Nil means that of the environment.
	// Two configurations with the same function may share connections; [http.ProxyURL] returns another one each time.
	Proxy func(*http.Request) (*url.URL, error)
	// SeparateConnections gives watches, or writes, connections of their own.
	SeparateConnections SeparateConnections
}

// DialHolder gives a dial function an identity, which functions lack: it is what transports are shared by.
type DialHolder struct {
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// GetCertHolder gives a certificate callback an identity.
type GetCertHolder struct {
	GetCert func() (*tls.Certificate, error)
}

// ImpersonationConfig names somebody to act as. The zero value is nobody.
type ImpersonationConfig struct {
	// UserName is required where one of the others is set.
	UserName string
	UID      string
	Groups   []string
	Extra    map[string][]string
}

// TLSConfig tells how server and client prove who they are. Data wins over files.
type TLSConfig struct {
	CAFile   string
	CertFile string
	KeyFile  string
	// ReloadTLSFiles and ReloadCAFiles are there for programs that set them: files are always followed as they change,
	// within ten seconds, and at once after a request that failed. Requests go over new connections then, and what runs
	// over old ones, watches above all, is left alone.
	ReloadTLSFiles bool
	ReloadCAFiles  bool

	// Insecure trusts whatever certificate the server shows. It excludes a CA.
	Insecure bool
	// ServerName is sent with SNI and expected in the certificate, instead of the host name.
	ServerName string

	CAData   []byte
	CertData []byte
	KeyData  []byte `datapolicy:"security-key"`

	// NextProtos are the protocols to offer (ALPN), in order of preference; empty means HTTP/2, then HTTP/1.1.
	NextProtos []string
	// GetCertHolder holds a function that returns the client certificate.
	GetCertHolder *GetCertHolder
}

// HasCA reports whether there are roots to trust other than the system's.
func (c *Config) HasCA() bool { return len(c.TLS.CAData) > 0 || c.TLS.CAFile != "" }

// HasBasicAuth reports whether there is a user name.
func (c *Config) HasBasicAuth() bool { return c.Username != "" }

// HasTokenAuth reports whether there is a bearer token, or a file that holds one.
func (c *Config) HasTokenAuth() bool { return c.BearerToken != "" || c.BearerTokenFile != "" }

// HasCertAuth reports whether there are a client certificate and its key.
func (c *Config) HasCertAuth() bool {
	return (len(c.TLS.CertData) > 0 || c.TLS.CertFile != "") && (len(c.TLS.KeyData) > 0 || c.TLS.KeyFile != "")
}

// HasCertCallback reports whether a function returns the client certificate.
func (c *Config) HasCertCallback() bool { return c.TLS.GetCertHolder != nil }

// Wrap adds a wrapper above those that are there.
func (c *Config) Wrap(fn WrapperFunc) { c.WrapTransport = Wrappers(c.WrapTransport, fn) }

// WrapperFunc wraps a transport, to add authentication or logging for example.
type WrapperFunc func(rt http.RoundTripper) http.RoundTripper

// Wrappers makes one wrapper of several, the last outermost; nil ones are left out. It returns nil for no functions, and for
// two that are nil, so that adding nothing to a Config without wrapper leaves it so. Where nil ones are all that there is
// otherwise, it returns a function that adds nothing.
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

// MarshalText returns String: this is no format to keep a configuration in, and JSON ends up in logs.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// String describes the configuration without the key.
func (c *TLSConfig) String() string { return redact.Struct(c) }

// GoString is String.
func (c *TLSConfig) GoString() string { return c.String() }

// Format prints String, whatever the verb.
func (c TLSConfig) Format(f fmt.State, verb rune) { redact.Format(f, verb, c.String()) }

// MarshalLog returns String, for loggers.
func (c TLSConfig) MarshalLog() any { return c.String() }

// MarshalText returns String: this is no format to keep a configuration in, and JSON ends up in logs.
func (c TLSConfig) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
