package v1

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/net"

	"github.com/typewright/typewright/runtime/rest"
)

// ServiceExpansion are the methods of [ServiceInterface] for subresources of services that markers cannot describe.
type ServiceExpansion interface {
	// ProxyGet prepares a GET of a path of the service, through the API server. Scheme and port may be empty: http, and the
	// service's only port.
	ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper
}

// ProxyGet implements [ServiceExpansion].
func (c *services) ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper {
	return proxyGet(c.GetClient().Get().Namespace(c.GetNamespace()).Resource("services"), backend{scheme, name, port}, path, params)
}

// backend is the HTTP server behind a pod or a service.
type backend struct{ scheme, name, port string }

// proxyGet points request, which knows namespace and resource, at a path of a backend.
func proxyGet(request *rest.Request, b backend, path string, params map[string]string) rest.ResponseWrapper {
	request = request.Name(net.JoinSchemeNamePort(b.scheme, b.name, b.port)).SubResource("proxy").Suffix(path)
	for _, key := range slices.Sorted(maps.Keys(params)) {
		request = request.Param(key, params[key])
	}
	return request
}
