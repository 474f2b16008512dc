package fake

import (
	"github.com/typewright/typewright/runtime/rest"
	clienttesting "github.com/typewright/typewright/runtime/testing"
)

// ProxyGet asks the proxy reactors.
func (c *fakeServices) ProxyGet(scheme, name, port, path string, params map[string]string) rest.ResponseWrapper {
	return c.Fake.InvokesProxy(clienttesting.NewProxyGetAction(c.Resource(), c.Namespace(), scheme, name, port, path, params))
}
