package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/flowcontrol"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/transport"
)

// server starts a stand-in for a Kubernetes API server.
func server() *httptest.Server {
	mux := http.NewServeMux()
	reply := func(pattern string, code int, document string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Warning", `299 - "v1 Pod is so last year"`)
			w.WriteHeader(code)
			_, _ = io.WriteString(w, document)
		})
	}
	reply("GET /api/v1/namespaces/default/pods/web", 200, `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"},"spec":{"nodeName":"node-1"}}`)
	reply("PATCH /api/v1/namespaces/default/pods/web", 200, `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","labels":{"tier":"front"}}}`)
	reply("GET /api/v1/namespaces/default/pods", 200, `{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web"}}}`)
	reply("GET /api/v1/namespaces/far/pods", 200, `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"web"}}]}`)
	reply("GET /api/v1/namespaces/default/pods/db", 404, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"pods \"db\" not found"}`)
	reply("GET /version", 200, `{"gitVersion":"v1.37.2"}`)
	return httptest.NewServer(mux)
}

// config returns what a program gets from package clientcmd or from InClusterConfig, with a group and version.
func config(url string) *rest.Config {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		panic(err)
	}
	return &rest.Config{
		Host:           url,
		APIPath:        "/api",
		WarningHandler: rest.NoWarnings{},
		ContentConfig: rest.ContentConfig{
			GroupVersion:         &corev1.SchemeGroupVersion,
			NegotiatedSerializer: serializer.NewCodecFactory(scheme).WithoutConversion(),
		},
	}
}

func ExampleRESTClientFor() {
	s := server()
	defer s.Close()
	client, err := rest.RESTClientFor(config(s.URL))
	if err != nil {
		panic(err)
	}
	var pod corev1.Pod
	err = client.Get().Namespace("default").Resource("pods").Name("web").Do(context.Background()).Into(&pod)
	fmt.Println(pod.Name, pod.Spec.NodeName, err)

	err = client.Get().Namespace("default").Resource("pods").Name("db").Do(context.Background()).Error()
	fmt.Println(err, apierrors.IsNotFound(err))
	// Output:
	// web node-1 <nil>
	// pods "db" not found true
}

func ExampleUnversionedRESTClientFor() {
	s := server()
	defer s.Close()
	c := config(s.URL)
	c.GroupVersion, c.APIPath = nil, ""
	client, err := rest.UnversionedRESTClientFor(c)
	if err != nil {
		panic(err)
	}
	data, err := client.Get().AbsPath("/version").DoRaw(context.Background())
	fmt.Println(string(data), err)
	// Output: {"gitVersion":"v1.37.2"} <nil>
}

func ExampleInClusterConfig() {
	_, err := rest.InClusterConfig()
	fmt.Println(errors.Is(err, rest.ErrNotInCluster)) // outside of a pod
	// Output: true
}

func ExampleRequest_Body() {
	s := server()
	defer s.Close()
	client, err := rest.RESTClientFor(config(s.URL))
	if err != nil {
		panic(err)
	}
	var pod corev1.Pod
	err = client.Patch(types.MergePatchType).Namespace("default").Resource("pods").Name("web").
		Body([]byte(`{"metadata":{"labels":{"tier":"front"}}}`)).
		Timeout(10 * time.Second).
		Do(context.Background()).
		Into(&pod)
	fmt.Println(pod.Labels, err)
	// Output: map[tier:front] <nil>
}

func ExampleRequest_Name() {
	client, err := rest.RESTClientFor(config("http://nobody.invalid"))
	if err != nil {
		panic(err)
	}
	err = client.Delete().Namespace("default").Resource("pods").Name("../../nodes/node-1").Do(context.Background()).Error()
	fmt.Println(err) // and nothing was sent
	// Output: request construction error: 'invalid resource name "../../nodes/node-1": [may not contain '/']'
}

func ExampleRequest_Watch() {
	s := server()
	defer s.Close()
	client, err := rest.RESTClientFor(config(s.URL))
	if err != nil {
		panic(err)
	}
	watcher, err := client.Get().Namespace("default").Resource("pods").Param("watch", "true").Watch(context.Background())
	if err != nil {
		panic(err)
	}
	defer watcher.Stop()
	for event := range watcher.ResultChan() {
		fmt.Println(event.Type, event.Object.(*corev1.Pod).Name)
	}
	// Output: ADDED web
}

func ExampleRequest_ListInto() {
	s := server()
	defer s.Close()
	client, err := rest.RESTClientFor(config(s.URL))
	if err != nil {
		panic(err)
	}
	list := &corev1.PodList{}
	err = client.Get().Namespace("far").Resource("pods").ListInto(context.Background(), rest.ListConsumer{
		List:      list,
		NewObject: func() runtime.Object { return &corev1.Pod{} },
		Each: func(obj runtime.Object) error {
			fmt.Println(obj.(*corev1.Pod).Name)
			return nil
		},
	})
	fmt.Println(list.ResourceVersion, err)
	// Output:
	// web
	// 7 <nil>
}

func ExampleRequest_WatchInto() {
	s := server()
	defer s.Close()
	client, err := rest.RESTClientFor(config(s.URL))
	if err != nil {
		panic(err)
	}
	newPod := func() runtime.Object { return &corev1.Pod{} }
	err = client.Get().Namespace("default").Resource("pods").Param("watch", "true").
		WatchInto(context.Background(), rest.WatchConsumer{NewObject: newPod, Each: func(kind watch.EventType, obj runtime.Object) error {
			fmt.Println(kind, obj.(*corev1.Pod).Name)
			return nil
		}})
	fmt.Println(err) // the server ended it
	// Output:
	// ADDED web
	// <nil>
}

func ExampleConfig_Wrap() {
	s := server()
	defer s.Close()
	c := config(s.URL)
	// The place for tracing, such as otelhttp.NewTransport of OpenTelemetry.
	c.Wrap(func(rt http.RoundTripper) http.RoundTripper { return tracing{rt} })
	client, err := rest.RESTClientFor(c)
	if err != nil {
		panic(err)
	}
	_ = client.Get().Namespace("default").Resource("pods").Name("web").Do(context.Background())
	// Output: GET /api/v1/namespaces/default/pods/web 200 OK
}

type tracing struct{ rt http.RoundTripper }

func (t tracing) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.rt.RoundTrip(req)
	if err == nil {
		fmt.Println(req.Method, req.URL.Path, resp.Status)
	}
	return resp, err
}

func ExampleConfig() {
	c := &rest.Config{Host: "https://127.0.0.1:6443", BearerToken: "secret"}
	c.QPS, c.Burst = 50, 100
	c.RateLimiter = flowcontrol.NewTokenBucketRateLimiter(c.QPS, c.Burst) // shared by all clients of the configuration
	c.SeparateConnections = transport.SeparateConnections{Watches: true, Writes: true}
	anonymous := rest.AnonymousClientConfig(c)
	fmt.Println(anonymous.Host, anonymous.BearerToken == "")
	// Output: https://127.0.0.1:6443 true
}

func ExampleNewWarningWriter() {
	s := server()
	defer s.Close()
	c := config(s.URL)
	c.WarningHandler = rest.NewWarningWriter(stdout{}, rest.WarningWriterOptions{Deduplicate: true})
	client, err := rest.RESTClientFor(c)
	if err != nil {
		panic(err)
	}
	for range 2 {
		_ = client.Get().Namespace("default").Resource("pods").Name("web").Do(context.Background())
	}
	// Output: Warning: v1 Pod is so last year
}

type stdout struct{}

func (stdout) Write(p []byte) (int, error) { return fmt.Print(string(p)) }

func ExampleDefaultServerURL() {
	base, path, err := rest.DefaultServerURL("example.com:6443", "/apis", schema.GroupVersion{Group: "apps", Version: "v1"}, true)
	fmt.Println(base, path, err)
	// Output: https://example.com:6443 /apis/apps/v1 <nil>
}
