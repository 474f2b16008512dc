package clientcmd

import (
	"net/http"
	"net/url"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

func behindProxy(t *testing.T, proxyURL string) *rest.Config {
	t.Helper()
	kubeconfig := api.NewConfig()
	kubeconfig.Clusters["c"] = &api.Cluster{Server: "https://server.example", ProxyURL: proxyURL}
	kubeconfig.Contexts["c"] = &api.Context{Cluster: "c"}
	kubeconfig.CurrentContext = "c"
	config, err := NewDefaultClientConfig(*kubeconfig, nil).ClientConfig()
	require.NoError(t, err)
	return config
}

// pool returns the transport below the wrappers of a configuration.
func pool(t *testing.T, config *rest.Config) http.RoundTripper {
	t.Helper()
	rt, err := rest.TransportFor(config)
	require.NoError(t, err)
	for {
		wrapper, ok := rt.(utilnet.RoundTripperWrapper)
		if !ok {
			return rt
		}
		rt = wrapper.WrappedRoundTripper()
	}
}

func TestClientsBehindAProxyShareConnections(t *testing.T) {
	one := behindProxy(t, "http://user:pw@proxy.example:3128")
	shared := pool(t, one)
	assert.Same(t, shared, pool(t, behindProxy(t, "http://user:pw@proxy.example:3128")))
	assert.NotSame(t, shared, pool(t, behindProxy(t, "http://other:pw@proxy.example:3128")))
	found, err := one.Proxy(nil)
	require.NoError(t, err)
	assert.Equal(t, "http://user:pw@proxy.example:3128", found.String())
	runtime.KeepAlive(shared)
}

func TestProxyFunctionsAreCollected(t *testing.T) {
	var p proxies
	kept := p.function(&url.URL{Scheme: "http", Host: "kept"})
	p.function(&url.URL{Scheme: "http", User: url.UserPassword("user", "pw"), Host: "dropped"})
	require.Eventually(t, func() bool {
		runtime.GC()
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.byURL) == 1
	}, time.Minute, time.Millisecond)
	found, err := kept(nil)
	require.NoError(t, err)
	assert.Equal(t, "http://kept", found.String())
}
