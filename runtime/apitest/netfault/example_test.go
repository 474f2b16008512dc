package netfault_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/typewright/typewright/runtime/apitest/netfault"
)

// A client that talks to a server through the proxy sees what a test does to its connections.
func Example() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	proxy, err := netfault.New(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer proxy.Close()
	get := func() {
		answer, err := http.Get("http://" + proxy.Addr())
		if err != nil {
			fmt.Println("no answer")
			return
		}
		_ = answer.Body.Close()
		fmt.Println(answer.Status)
	}
	get()
	proxy.Refuse(true)
	proxy.Reset()
	get()
	// Output:
	// 404 Not Found
	// no answer
}
