package clientcmd

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ReloadOptions say how a client follows its kubeconfig; the zero value is useful.
type ReloadOptions struct {
	// Interval is the shortest time between two checks of the files; zero means ten seconds. A check is a stat of each
	// file by the next request, so nothing runs in the background; unchanged files are not read.
	Interval time.Duration
	// OnReload is called after each change of the files: with nil when the change took effect, else with the reason why the
	// client keeps its configuration. The request that noticed the change calls it; calls never overlap. It may be nil.
	OnReload func(error)
}

const defaultReloadInterval = 10 * time.Second

// NewReloadingConfig returns a client configuration whose clients follow the kubeconfig while they run: new credentials,
// another CA, another address of the server. The context stays the one that was chosen at first, so that
// "kubectl config use-context" does not move a running controller to another cluster.
//
// A request whose credentials the server refuses (401) has the files read at once, and is sent again with what they say
// now, if that is something else and the body, if any, can be sent again. Requests under way, watches among them, end with
// the credentials that they began with. While the files are broken or lack the context, the last configuration stays.
//
// All credentials are within the configuration's Transport, those of a URL of the server too, so its other fields do not
// show them: what needs them there, such as [rest.TLSConfigFor], does not work with it. They are sent to the server that
// the kubeconfig names at the time, and to no other: not to one that it named before, nor to the target of a redirect.
// Without a kubeconfig the configuration is that of the pod, whose token is followed in any case. Overrides may be nil.
func NewReloadingConfig(loader ClientConfigLoader, overrides *ConfigOverrides, options ReloadOptions) (*rest.Config, error) {
	r := &reloader{loader: loader, interval: options.Interval, onReload: options.OnReload}
	if overrides != nil {
		r.overrides = *overrides
	}
	if r.interval == 0 {
		r.interval = defaultReloadInterval
	}
	r.seen, r.checked = r.statFiles(), time.Now()
	first, err := r.load(nil)
	if pod := (&podConfig{overrides: overrides}); IsEmptyConfig(err) && pod.Possible() {
		return pod.ClientConfig()
	}
	if err != nil {
		return nil, err
	}
	r.first = first.base
	r.current.Store(first)
	return &rest.Config{Host: first.host(), Timeout: first.config.Timeout, Transport: r}, nil
}

// reloader is a round tripper that sends each request by the current kubeconfig.
type reloader struct {
	loader    ClientConfigLoader
	overrides ConfigOverrides // they name the context
	interval  time.Duration
	onReload  func(error)
	first     *url.URL // what requests are addressed to

	current atomic.Pointer[generation]

	mu      sync.Mutex // guards the fields below, and reloading
	seen    []os.FileInfo
	checked time.Time
}

// generation is the configuration between two reloads.
type generation struct {
	cluster   api.Cluster
	user      api.AuthInfo
	config    *rest.Config
	base      *url.URL
	transport http.RoundTripper
	anonymous http.RoundTripper // for other servers, without any credentials
}

// host is the server's URL without the user and password that it may contain.
func (g *generation) host() string {
	if g.base.User == nil {
		return g.config.Host
	}
	bare := *g.base
	bare.User = nil
	return bare.String()
}

// load reads the kubeconfig; it returns old when nothing has changed.
func (r *reloader) load(old *generation) (*generation, error) {
	config, err := r.loader.Load()
	if err != nil {
		return nil, err
	}
	if r.overrides.CurrentContext == "" {
		r.overrides.CurrentContext = config.CurrentContext
	}
	direct := &DirectClientConfig{config: *config, overrides: &r.overrides, configAccess: r.loader}
	chosen, err := direct.choose()
	if err != nil {
		return nil, err
	}
	if old != nil && reflect.DeepEqual(old.cluster, chosen.cluster) && reflect.DeepEqual(old.user, chosen.user) {
		return old, nil
	}
	next := &generation{cluster: chosen.cluster, user: chosen.user}
	if next.config, err = direct.ClientConfig(); err != nil {
		return nil, err
	}
	if next.base, _, err = rest.DefaultServerUrlFor(next.config); err != nil {
		return nil, err
	}
	if next.anonymous, err = rest.TransportFor(rest.AnonymousClientConfig(next.config)); err != nil {
		return nil, err
	}
	next.transport, err = rest.TransportFor(next.config)
	return next, err
}

// look returns what the files look like: one that is missing is nil.
func (r *reloader) statFiles() []os.FileInfo {
	var infos []os.FileInfo
	for _, file := range r.loader.GetLoadingPrecedence() {
		info, err := os.Stat(file)
		if err != nil {
			info = nil
		}
		infos = append(infos, info)
	}
	return infos
}

func unchanged(a, b []os.FileInfo) bool {
	if len(a) == 0 || len(a) != len(b) { // without files there is nothing to tell by
		return false
	}
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) {
			return false
		}
		if a[i] != nil && (!os.SameFile(a[i], b[i]) || a[i].Size() != b[i].Size() || !a[i].ModTime().Equal(b[i].ModTime())) {
			return false
		}
	}
	return true
}

// ifDue returns the configuration to use, after a look where one is due. One request looks; others do not wait for it.
func (r *reloader) ifDue() *generation {
	if r.mu.TryLock() {
		defer r.mu.Unlock()
		if now := time.Now(); now.Sub(r.checked) >= r.interval {
			r.checked = now
			if seen := r.statFiles(); !unchanged(r.seen, seen) {
				r.seen = seen
				r.reload()
			}
		}
	}
	return r.current.Load()
}

// instead returns the configuration to use instead of one that was refused; the same where there is no other.
func (r *reloader) instead(refused *generation) *generation {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.current.Load() == refused { // or else another request has reloaded meanwhile
		r.seen, r.checked = r.statFiles(), time.Now()
		r.reload()
	}
	return r.current.Load()
}

func (r *reloader) reload() {
	old := r.current.Load()
	next, err := r.load(old)
	if err == nil && next == old {
		return
	}
	if err == nil {
		r.current.Store(next)
	} else {
		r.seen = nil // whatever comes next is worth a look
		err = errors.Join(errors.New("the kubeconfig changed and cannot be used; the last one stays"), err)
	}
	if r.onReload != nil {
		r.onReload(err)
	}
}

var _ utilnet.RoundTripperWrapper = &reloader{}

// RoundTrip sends a request as the kubeconfig says, and again where the server refuses it and the kubeconfig has changed.
func (r *reloader) RoundTrip(req *http.Request) (*http.Response, error) {
	current := r.ifDue()
	if !isAt(req.URL, r.first) && !isAt(req.URL, current.base) {
		return current.anonymous.RoundTrip(withoutCredentials(req, r.first.User, current.base.User))
	}
	response, err := current.transport.RoundTrip(r.addressed(req, current.base))
	if err != nil || response.StatusCode != http.StatusUnauthorized || !repeatable(req) {
		return response, err
	}
	next := r.instead(current)
	if next == current {
		return response, nil
	}
	again := r.addressed(req, next.base)
	if req.GetBody != nil {
		if again.Body, err = req.GetBody(); err != nil {
			return response, nil //nolint:nilerr // the refusal is the answer then
		}
	}
	_, _ = io.CopyN(io.Discard, response.Body, 2<<10) // so that the connection can be used again
	_ = response.Body.Close()
	return next.transport.RoundTrip(again)
}

func repeatable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// isAt tells whether a URL is one of the server at base.
func isAt(u, base *url.URL) bool { return u.Scheme == base.Scheme && u.Host == base.Host }

// addressed returns a copy of the request for the server at base, with the user and password of its URL, if any. Requests
// are made for the first server, or lead to the one of the moment after a redirect. What http.Client has added for a server
// that the request no longer goes to is left out: credentials of a URL, cookies.
func (r *reloader) addressed(req *http.Request, base *url.URL) *http.Request {
	moved := withoutCredentials(req, r.first.User)
	if !isAt(req.URL, base) {
		moved.URL.Scheme, moved.URL.Host, moved.Host = base.Scheme, base.Host, ""
		moved.Header.Del("Cookie")
	}
	if isAt(req.URL, r.first) {
		moved.URL.Path = rebased(req.URL.Path, r.first.Path, base.Path)
		moved.URL.RawPath = rebased(req.URL.RawPath, r.first.Path, base.Path)
	}
	if base.User != nil && moved.Header.Get("Authorization") == "" {
		moved.Header.Set("Authorization", basic(base.User))
	}
	return moved
}

// withoutCredentials returns a copy of the request without a user and password in its URL, and without the header that
// http.Client has made of them, or of those of a URL that led here.
func withoutCredentials(req *http.Request, users ...*url.Userinfo) *http.Request {
	bare := req.Clone(req.Context())
	bare.URL.User = nil
	for _, user := range append(users, req.URL.User) {
		if user != nil && bare.Header.Get("Authorization") == basic(user) {
			bare.Header.Del("Authorization")
		}
	}
	return bare
}

func basic(user *url.Userinfo) string {
	header := http.Request{Header: http.Header{}}
	password, _ := user.Password()
	header.SetBasicAuth(user.Username(), password)
	return header.Header.Get("Authorization")
}

// rebased returns a path below one folder as the same path below another. Other paths only gain the new folder.
func rebased(path, from, to string) string {
	if path == "" {
		return ""
	}
	from, to = strings.TrimSuffix(from, "/"), strings.TrimSuffix(to, "/")
	if rest, below := strings.CutPrefix(path, from); below && (rest == "" || rest[0] == '/') {
		path = rest
	}
	return to + path
}

// WrappedRoundTripper returns the transport of the moment.
func (r *reloader) WrappedRoundTripper() http.RoundTripper { return r.current.Load().transport }

// CloseIdleConnections closes those of the transport of the moment.
func (r *reloader) CloseIdleConnections() { utilnet.CloseIdleConnectionsFor(r.WrappedRoundTripper()) }
