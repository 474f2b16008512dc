package rest

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/transport"
)

const (
	// DefaultQPS is the number of requests a second of a client whose configuration gives none.
	DefaultQPS float32 = 5.0
	// DefaultBurst is the number of requests at once of such a client.
	DefaultBurst int = 10
	// DefaultMaxResponseBytes is the size of the largest answer that a client without a limit of its own holds in memory. A
	// list of 100,000 pods that nobody asked for in pages has about that size in JSON; a few hundred kilobytes of gzip can
	// have it too.
	DefaultMaxResponseBytes int64 = 512 << 20
)

// Config tells how to reach a server and as whom. Of its fields Host alone has to be set, with most servers some
// credentials too. A Config is not changed by those who are given it; it must not be changed while they read it.
type Config struct {
	// Host is a host, host:port, or the URL of the server, whose path then goes before all others.
	Host string `datapolicy:"url"`
	// APIPath goes between the host and the group: "/api" or "/apis".
	APIPath string

	// ContentConfig says which group and version to speak, and in which encoding.
	ContentConfig

	// Username and Password are for basic authentication.
	Username string
	Password string `datapolicy:"password"`

	// BearerToken proves who the user is.
	BearerToken string `datapolicy:"token"`
	// BearerTokenFile holds a token that is read again as it changes; it wins over BearerToken once it could be read.
	BearerTokenFile string

	// Impersonate names somebody to act as.
	Impersonate ImpersonationConfig

	// AuthProvider names a former kind of plugin; a client refuses one that the program has not registered.
	AuthProvider *api.AuthProviderConfig
	// AuthConfigPersister keeps what such a plugin changes of its configuration; nil keeps nothing.
	AuthConfigPersister AuthProviderConfigPersister
	// ExecProvider names a program that prints credentials.
	ExecProvider *api.ExecConfig

	// TLSClientConfig is how server and client prove who they are.
	TLSClientConfig

	// UserAgent is what the client calls itself; see [DefaultKubernetesUserAgent].
	UserAgent string
	// DisableCompression asks for answers without gzip.
	DisableCompression bool

	// Transport replaces what TLSClientConfig, Dial and Proxy would make.
	Transport http.RoundTripper
	// WrapTransport is called with the transport below authentication, and returns one to use instead.
	WrapTransport transport.WrapperFunc

	// QPS is the number of requests a second; zero means DefaultQPS, a negative number no limit on this side.
	QPS float32
	// Burst is the number of requests at once after a rest; zero means DefaultBurst.
	Burst int
	// RateLimiter replaces what QPS and Burst would make. Clients with the same one share it.
	RateLimiter flowcontrol.RateLimiter

	// WarningHandler is told of the warnings that come with answers; nil means the process's default handler, and
	// [NoWarnings] nobody.
	WarningHandler WarningHandler
	// WarningHandlerWithContext is the same with the request's context; it wins where both are set.
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

// TLSClientConfig is how server and client prove who they are. Data wins over files.
type TLSClientConfig struct {
	// Insecure trusts whatever certificate the server shows. It excludes a CA.
	Insecure bool
	// ServerName is expected in the server's certificate, instead of the host name.
	ServerName string

	// CertFile and KeyFile are PEM files, read again as they change; CAFile holds certificates to trust.
	CertFile string
	KeyFile  string
	CAFile   string

	// CertData, KeyData and CAData are what the files would hold.
	CertData []byte
	KeyData  []byte `datapolicy:"security-key"`
	CAData   []byte

	// NextProtos are the protocols to offer (ALPN), in order of preference; empty means HTTP/2, then HTTP/1.1. A list
	// without "h2" keeps the client at HTTP/1.1.
	NextProtos []string
}
