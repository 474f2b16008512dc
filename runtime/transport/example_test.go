package transport_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/typewright/typewright/runtime/transport"
)

func ExampleNew() {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("Authorization"), r.Header.Get("Impersonate-User"), r.Header.Get("User-Agent"))
	}))
	defer server.Close()
	rt, err := transport.New(&transport.Config{
		BearerToken: "token",
		UserAgent:   "example/1.0",
		Impersonate: transport.ImpersonationConfig{UserName: "ada"},
	})
	if err != nil {
		panic(err)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, server.URL, nil)
	if err != nil {
		panic(err)
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		panic(err)
	}
	_ = resp.Body.Close()
	// Output: Bearer token ada example/1.0
}

func ExampleWrappers() {
	named := func(name string) transport.WrapperFunc {
		return func(rt http.RoundTripper) http.RoundTripper {
			fmt.Println("wrap with", name)
			return rt
		}
	}
	transport.Wrappers(named("the inner"), nil, named("the outer"))(http.DefaultTransport)
	// Output:
	// wrap with the inner
	// wrap with the outer
}

func ExampleTLSConfigFor() {
	config, err := transport.TLSConfigFor(&transport.Config{TLS: transport.TLSConfig{ServerName: "kubernetes.default.svc"}})
	fmt.Println(config.ServerName, err)
	_, err = transport.TLSConfigFor(&transport.Config{TLS: transport.TLSConfig{Insecure: true, CAFile: "ca.crt"}})
	fmt.Println(err)
	// Output:
	// kubernetes.default.svc <nil>
	// specifying a root certificates file with the insecure flag is not allowed: remove one of them
}
