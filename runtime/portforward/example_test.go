package portforward_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/portforward"
)

// greeting starts a server with a pod whose ports answer with their number.
func greeting() (*apitest.Server, error) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return apitest.New(apitest.Options{
		Scheme:  scheme,
		Objects: []runtime.Object{&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}}},
		Kubelet: kubelet.Kubelet{PortForward: func(_ context.Context, _ kubelet.Pod, port uint16, conn io.ReadWriteCloser) error {
			_, err := fmt.Fprintf(conn, "this is port %d", port)
			return err
		}},
	})
}

// A free local port leads to port 80 of a pod.
func ExampleNew() {
	server, err := greeting()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	address, err := url.Parse(server.URL() + "/api/v1/namespaces/default/pods/web/portforward")
	if err != nil {
		fmt.Println(err)
		return
	}
	dialer, err := portforward.NewSPDYOverWebsocketDialer(address, server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	stop, ready, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	forwarder, err := portforward.New(dialer, []string{"0:80"}, stop, ready, io.Discard, io.Discard)
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { ended <- forwarder.ForwardPorts() }()
	<-ready
	ports, err := forwarder.GetPorts()
	if err != nil {
		fmt.Println(err)
		return
	}
	conn, err := net.Dial("tcp", net.JoinHostPort("localhost", strconv.Itoa(int(ports[0].Local))))
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := io.ReadAll(conn)
	fmt.Println(string(text), err)
	_ = conn.Close()
	close(stop)
	fmt.Println(<-ended)
	// Output:
	// this is port 80 <nil>
	// <nil>
}
