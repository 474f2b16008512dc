// Exec runs a command in a container, with input, output and exit code, and forwards a local port to a pod:
//
//	go run ./examples/exec
//
// It talks to an API server in this process, where functions stand for the container, and ends by itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/exec"
	"github.com/typewright/typewright/runtime/portforward"
	"github.com/typewright/typewright/runtime/remotecommand"
	"github.com/typewright/typewright/runtime/rest"
)

func main() {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"}}
	pod.Spec.Containers = []corev1.Container{{Name: "main", Image: "web"}}
	known := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(known))
	server, err := apitest.New(apitest.Options{
		Scheme: known, Objects: []runtime.Object{pod}, Kubelet: kubelet.Kubelet{Exec: wc, PortForward: greet},
	})
	if err != nil {
		log.Fatal(err)
	}
	err = errors.Join(command(context.Background(), server.Config()), forward(context.Background(), server.Config()))
	server.Close()
	if err != nil {
		log.Fatal(err)
	}
}

// wc and greet stand for the container: a command that counts its input and fails, and a port that says which it is.
func wc(_ context.Context, _ kubelet.Container, s *kubelet.Session) error {
	input, _ := io.ReadAll(s.Stdin)
	fmt.Fprintf(s.Stdout, "%s: %d bytes\n", strings.Join(s.Command, " "), len(input))
	return exec.CodeExitError{Err: errors.New("command terminated with exit code 3"), Code: 3}
}

func greet(_ context.Context, _ kubelet.Pod, port uint16, conn io.ReadWriteCloser) error {
	_, err := fmt.Fprintf(conn, "this is port %d", port)
	return err
}

// command does what kubectl exec does.
func command(ctx context.Context, config *rest.Config) error {
	question := url.Values{"container": {"main"}, "command": {"wc", "-c"}, "stdin": {"true"}, "stdout": {"true"}, "stderr": {"true"}}
	executor, err := remotecommand.NewWebSocketExecutor(config, "GET", config.Host+"/api/v1/namespaces/default/pods/web/exec?"+question.Encode())
	if err != nil {
		return err
	}
	err = executor.StreamWithContext(ctx, remotecommand.StreamOptions{
		Stdin: strings.NewReader("hello"), Stdout: os.Stdout, Stderr: os.Stderr,
	})
	if exit, ok := errors.AsType[exec.ExitError](err); ok { // it ran; any other error says why it could not
		fmt.Println("exit code", exit.ExitStatus())
		return nil
	}
	return err
}

// forward does what kubectl port-forward does, for one connection.
func forward(ctx context.Context, config *rest.Config) error {
	address, err := url.Parse(config.Host + "/api/v1/namespaces/default/pods/web/portforward")
	if err != nil {
		return err
	}
	dialer, err := portforward.NewSPDYOverWebsocketDialer(address, config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready, ended := make(chan struct{}), make(chan error, 1)
	forwarder, err := portforward.NewOnAddressesWithContext(ctx, dialer, []string{"127.0.0.1"}, []string{":80"}, ready, nil, os.Stderr)
	if err != nil {
		return err
	}
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-ended:
		return err
	}
	ports, err := forwarder.GetPorts()
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(int(ports[0].Local))))
	if err != nil {
		return err
	}
	text, err := io.ReadAll(conn)
	fmt.Println(string(text))
	cancel() // closes the local port, and ends ForwardPorts
	return errors.Join(err, conn.Close(), <-ended)
}
