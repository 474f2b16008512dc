package apitest_test

import (
	"fmt"
	"io"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/apitest"
)

// The second list fails as it does on a server that has too much to do; the third does not.
func ExampleServer_Inject() {
	server, err := apitest.New(apitest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	busy := server.Inject(apitest.Fault{
		Verbs: []string{"list"}, Resource: "namespaces",
		Skip: 1, Times: 1,
		Do: apitest.Fail(apierrors.NewTooManyRequests("try again", 1)),
	})
	for range 3 {
		resp, err := http.Get(server.URL() + "/api/v1/namespaces")
		if err != nil {
			fmt.Println(err)
			return
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		fmt.Printf("%s %q\n", resp.Status, resp.Header.Get("Retry-After"))
	}
	fmt.Println("requests hit:", busy.Hits())
	// Output:
	// 200 OK ""
	// 429 Too Many Requests "1"
	// 200 OK ""
	// requests hit: 1
}
