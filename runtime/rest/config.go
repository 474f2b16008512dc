package rest

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/transport"
	"github.com/typewright/typewright/runtime/version"
)

const (
	// DefaultQPS is the limit of requests per second when Config.QPS is zero.
	DefaultQPS float32 = 5.0
	// DefaultBurst is the limit of requests at the same time when Config.Burst is zero.
	DefaultBurst int = 10
	// DefaultMaxResponseBytes is the largest response that is held in memory when Config.MaxResponseBytes is zero. A list
	// of 100,000 pods without paging has about that size in JSON; so may the content of a few hundred kilobytes of gzip.
	DefaultMaxResponseBytes int64 = 512 << 20
)

// Config tells how to reach a server, and with which credentials. Only Host is required. Functions that get a Config do not
// change it; do not change it while one of them runs.
type Config struct {
	// Host is a host, host:port, or the URL of the server; the path of the URL is put before all request paths.
	Host string `datapolicy:"url"`
	// APIPath goes between the host and the group: "/api" or "/apis".
	APIPath string

	// ContentConfig gives the group, the version and the encoding.
	ContentConfig

	// Username and Password are for basic authentication.
	Username string
	Password string `datapolicy:"password"`

	// BearerToken is sent with each request.
	BearerToken string `datapolicy:"token"`
	// BearerTokenFile holds a token and is read again when it changes. Once it has been read it replaces BearerToken.
	BearerTokenFile string

	// Impersonate names the user to act as.
	Impersonate ImpersonationConfig

	// AuthProvider names a plugin of the kind that exec plugins have replaced; the program must have registered it.
	AuthProvider *api.AuthProviderConfig
	// AuthConfigPersister saves changes that such a plugin makes to its configuration; nil saves nothing.
	AuthConfigPersister AuthProviderConfigPersister
	// ExecProvider names a program that prints credentials.
	ExecProvider *api.ExecConfig

	// TLSClientConfig holds certificates and keys.
	TLSClientConfig

	// UserAgent is the User-Agent header; see [DefaultKubernetesUserAgent].
	UserAgent string
	// DisableCompression asks for responses without gzip.
	DisableCompression bool

	// Transport replaces the transport that TLSClientConfig, Dial and Proxy would configure.
	Transport http.RoundTripper
	// WrapTransport wraps the transport below authentication.
	WrapTransport transport.WrapperFunc

	// QPS limits the requests per second; zero means DefaultQPS, a negative number no limit.
	QPS float32
	// Burst limits the requests at the same time after an idle period; zero means DefaultBurst.
	Burst int
	// RateLimiter replaces QPS and Burst. Clients with the same RateLimiter share its limit.
	RateLimiter flowcontrol.RateLimiter

	// WarningHandler receives the warnings in responses; nil means the process's default handler. [NoWarnings] ignores
	// them.
	WarningHandler WarningHandler
	// WarningHandlerWithContext is the same with the request's context; it takes precedence over WarningHandler.
	WarningHandlerWithContext WarningHandlerWithContext

	// MaxResponseBytes is how large an answer that is held in memory as a whole may be, after decompression: what
	// [Request.Do] and [Request.DoRaw] read. Zero means [DefaultMaxResponseBytes], a negative number no limit. A larger
	// answer is a [ResponseTooLargeError]. Answers that are read piece by piece are exempt: what [Request.Stream] returns is
	// the caller's to bound, and of a watch, and of a list in JSON that informers or [Request.ListInto] read, an event or
	// item may have 16 MiB.
	MaxResponseBytes int64

	// Timeout bounds each request, from the connection to the last byte of the answer; watches too, so it is of little
	// use with them. Zero means no bound.
	Timeout time.Duration

	// Dial makes connections in place of a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Proxy tells which proxy to use for a request: http, https, socks5 or socks5h. Nil means that of the environment.
	Proxy func(*http.Request) (*url.URL, error)

	// SeparateConnections gives watches, or writes, connections of their own. The zero value has all requests of a
	// client share what HTTP/2 makes one connection. It excludes Transport.
	SeparateConnections transport.SeparateConnections
}

// ContentConfig says which group and version to speak, and in which encoding.
type ContentConfig struct {
	// AcceptContentTypes is the Accept header; empty means ContentType.
	AcceptContentTypes string
	// ContentType is the media type of bodies sent; empty means JSON.
	ContentType string
	// GroupVersion is what the client speaks; required but by unversioned clients.
	GroupVersion *schema.GroupVersion
	// NegotiatedSerializer encodes and decodes; required.
	NegotiatedSerializer runtime.NegotiatedSerializer
}

// ImpersonationConfig names somebody to act as. The zero value is nobody.
type ImpersonationConfig struct {
	// UserName is required where one of the others is set.
	UserName string
	UID      string
	Groups   []string
	Extra    map[string][]string
}

// TLSClientConfig holds the certificates and keys of a connection. Data fields take precedence over files.
type TLSClientConfig struct {
	// Insecure accepts any certificate of the server. It excludes a CA.
	Insecure bool
	// ServerName is the name to expect in the server's certificate; empty means the host name.
	ServerName string

	// CertFile and KeyFile are PEM files that are read again when they change; CAFile holds certificates to trust.
	CertFile string
	KeyFile  string
	CAFile   string

	// CertData, KeyData and CAData are PEM data that replaces the files.
	CertData []byte
	KeyData  []byte `datapolicy:"security-key"`
	CAData   []byte

	// NextProtos are the protocols to offer (ALPN), in order of preference; empty means HTTP/2, then HTTP/1.1. A list
	// without "h2" keeps the client at HTTP/1.1.
	NextProtos []string
}

// CopyConfig returns a copy of config. Functions, transports and limiters are shared; all else may be changed independently.
func CopyConfig(config *Config) *Config {
	c := *config
	if c.GroupVersion != nil {
		gv := *c.GroupVersion
		c.GroupVersion = &gv
	}
	if c.ExecProvider != nil {
		c.ExecProvider = c.ExecProvider.DeepCopy()
	}
	return &c
}

// AnonymousClientConfig returns a copy of config without credentials. The CA and the server name stay.
func AnonymousClientConfig(config *Config) *Config {
	c := CopyConfig(config)
	c.Username, c.Password, c.BearerToken, c.BearerTokenFile = "", "", "", ""
	c.Impersonate = ImpersonationConfig{}
	c.AuthProvider, c.AuthConfigPersister, c.ExecProvider = nil, nil, nil
	c.CertFile, c.KeyFile, c.CertData, c.KeyData = "", "", nil, nil
	c.Transport, c.WrapTransport = nil, nil
	return c
}

// AddUserAgent sets config.UserAgent to the default followed by userAgent. It changes config and returns it.
func AddUserAgent(config *Config, userAgent string) *Config {
	config.UserAgent = DefaultKubernetesUserAgent() + "/" + userAgent
	return config
}

// DefaultKubernetesUserAgent is the default User-Agent header. As in client-go it names the program, its version, the platform
// and the commit; [version.Get] says how builds set them.
func DefaultKubernetesUserAgent() string {
	info := version.Get()
	number, _, _ := strings.Cut(info.GitVersion, "-")
	commit := cmp.Or(info.GitCommit[:min(len(info.GitCommit), 7)], "unknown")
	command := filepath.Base(os.Args[0])
	if command == "" || command == "." {
		command = "unknown"
	}
	return command + "/" + number + " (" + info.Platform + ") kubernetes/" + commit + " typewright"
}

// SetKubernetesDefaults sets empty fields of config to the defaults of a client of the core group. It returns no error.
func SetKubernetesDefaults(config *Config) error {
	if config.APIPath == "" {
		config.APIPath = "/api"
	}
	if config.GroupVersion == nil {
		config.GroupVersion = &schema.GroupVersion{Version: "v1"}
	}
	if config.UserAgent == "" {
		config.UserAgent = DefaultKubernetesUserAgent()
	}
	return nil
}
