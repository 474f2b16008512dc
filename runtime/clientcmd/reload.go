package clientcmd

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ReloadOptions say how a client follows its kubeconfig; the zero value is useful.
type ReloadOptions struct {
	// Interval is the least time between two looks at the files; zero means ten seconds. A look is a stat of each file,
	// taken by the request that is due, so nothing runs in the background; files that have not changed are not read.
	Interval time.Duration
	// OnReload is told of each change: nil where it took effect, and otherwise why it did not, in which case the client
	// goes on as before. It is called by whichever request noticed, never twice at once. Nil means nobody is told.
	OnReload func(error)
}

const defaultReloadInterval = 10 * time.Second

// NewReloadingConfig returns a client configuration whose clients follow the kubeconfig while they run: new credentials,
// another CA, another address of the server. The context stays the one that was chosen at first, so that somebody's
// "kubectl config use-context" does not move a running controller to another cluster.
//
// A request whose credentials the server refuses (401) has the files read at once, and is sent again with what they say
// now, if that is something else and the body, if any, can be sent again. Requests under way, watches among them, end with
// the credentials that they began with. While the files are broken or lack the context, the last configuration stays.
//
// All credentials are within the configuration's Transport, those of a URL of the server too, so its other fields do not
// show them: what needs them there, such as [rest.TLSConfigFor], does not work with it. They are sent to the server that
// the kubeconfig names at the time, and to no other: not to one that it named before, nor where a redirect leads to. Outside of any kubeconfig it is that of the pod, whose token is
// followed anyway. Overrides may be nil.
func NewReloadingConfig(loader ClientConfigLoader, overrides *ConfigOverrides, options ReloadOptions) (*rest.Config, error) {
	r := &reloader{loader: loader, interval: options.Interval, onReload: options.OnReload}
	if overrides != nil {
		r.overrides = *overrides
	}
	if r.interval == 0 {
		r.interval = defaultReloadInterval
	}
	r.seen, r.checked = r.look(), time.Now()
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

// reloader is a round tripper that sends requests as the kubeconfig says at the time.
type reloader struct {
	loader    ClientConfigLoader
	overrides ConfigOverrides // they name the context
	interval  time.Duration
	onReload  func(error)
	first     *url.URL // what requests are addressed to

	current atomic.Pointer[generation]

	mu      sync.Mutex // of what follows, and of reloading
	seen    []os.FileInfo
	checked time.Time
}

// generation is a configuration while it lasts.
type generation struct {
	cluster   api.Cluster
	user      api.AuthInfo
	config    *rest.Config
	base      *url.URL
	transport http.RoundTripper
	anonymous http.RoundTripper // for other servers, without any credentials
}

// host is the server as configurations name it, without the user and password that its URL may have.
func (g *generation) host() string {
	if g.base.User == nil {
		return g.config.Host
	}
	bare := *g.base
	bare.User = nil
	return bare.String()
}

// load returns what the kubeconfig says; old where it says the same.
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
func (r *reloader) look() []os.FileInfo {
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
			if seen := r.look(); !unchanged(r.seen, seen) {
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
		r.seen, r.checked = r.look(), time.Now()
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
