package remotecommand_test

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/httpstream"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/remotecommand"
)

// repeating starts a server with a pod whose commands repeat their input.
func repeating() (*apitest.Server, error) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return apitest.New(apitest.Options{
		Scheme: scheme,
		Objects: []runtime.Object{&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "i"}}},
		}},
		Kubelet: kubelet.Kubelet{Exec: func(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
			_, err := io.Copy(s.Stdout, s.Stdin)
			return err
		}},
	})
}

// A command is run over WebSocket, or over SPDY where the server or a proxy does not speak that.
func ExampleNewFallbackExecutor() {
	server, err := repeating()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	address, err := url.Parse(server.URL() + "/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=true&stdout=true")
	if err != nil {
		fmt.Println(err)
		return
	}
	overWebSocket, err := remotecommand.NewWebSocketExecutor(server.Config(), "GET", address.String())
	if err != nil {
		fmt.Println(err)
		return
	}
	overSPDY, err := remotecommand.NewSPDYExecutor(server.Config(), "POST", address)
	if err != nil {
		fmt.Println(err)
		return
	}
	executor, err := remotecommand.NewFallbackExecutor(overWebSocket, overSPDY, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	streams := remotecommand.StreamOptions{Stdin: strings.NewReader("hello\n"), Stdout: os.Stdout}
	if err := executor.StreamWithContext(context.Background(), streams); err != nil {
		fmt.Println(err)
	}
	// Output: hello
}
