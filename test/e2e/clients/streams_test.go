package clients_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/httpstream"

	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/exec"
	"github.com/typewright/typewright/runtime/portforward"
	"github.com/typewright/typewright/runtime/remotecommand"
	"github.com/typewright/typewright/runtime/transport/spdy"
)

// streamsNode creates a node whose kubelet is k and a pod on it, and returns the URL of the pod.
func streamsNode(t *testing.T, k *kubelet.Kubelet) string {
	t.Helper()
	server := httptest.NewTLSServer(k.Handler())
	t.Cleanup(server.Close)
	address, ok := server.Listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	client := builtIn(t, live.Config()).CoreV1()
	node, err := client.Nodes().Create(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{GenerateName: "streams-"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Nodes().Delete(context.Background(), node.Name, metav1.DeleteOptions{}) })
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "127.0.0.1"}}
	node.Status.DaemonEndpoints.KubeletEndpoint.Port = int32(address.Port)
	_, err = client.Nodes().UpdateStatus(t.Context(), node, metav1.UpdateOptions{})
	require.NoError(t, err)
	ns := namespace(t, node.Name)
	_, err = client.Pods(ns).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       corev1.PodSpec{NodeName: node.Name, Containers: []corev1.Container{{Name: "main", Image: "i"}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	return live.URL() + "/api/v1/namespaces/" + ns + "/pods/web"
}

func TestExecThroughTheAPIServer(t *testing.T) {
	run := func(_ context.Context, c kubelet.Container, s *kubelet.Session) error {
		input, err := io.ReadAll(s.Stdin)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.Stdout, "%s %v %d", c.Name, s.Command, len(input))
		fmt.Fprint(s.Stderr, "complaint")
		return exec.CodeExitError{Err: errors.New("x"), Code: 42}
	}
	base := streamsNode(t, &kubelet.Kubelet{Exec: run, Attach: run})
	u, err := url.Parse(base + "/exec?command=sh&stdin=true&stdout=true&stderr=true")
	require.NoError(t, err)
	plain, err := remotecommand.NewSPDYExecutor(live.Config(), http.MethodPost, u)
	require.NoError(t, err)
	ws, err := remotecommand.NewWebSocketExecutor(live.Config(), http.MethodGet, u.String())
	require.NoError(t, err)
	for name, e := range map[string]remotecommand.Executor{"spdy": plain, "websocket": ws} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			err := e.StreamWithContext(t.Context(), remotecommand.StreamOptions{
				Stdin: strings.NewReader(strings.Repeat("x", 1<<20)), Stdout: &stdout, Stderr: &stderr,
			})
			var exit exec.ExitError
			require.ErrorAs(t, err, &exit)
			assert.Equal(t, 42, exit.ExitStatus())
			assert.Equal(t, "main [sh] 1048576", stdout.String())
			assert.Equal(t, "complaint", stderr.String())
		})
	}
	u.RawQuery += "&container=other"
	refused := map[string]func() (remotecommand.Executor, error){
		"spdy": func() (remotecommand.Executor, error) {
			return remotecommand.NewSPDYExecutor(live.Config(), http.MethodPost, u)
		},
		"websocket": func() (remotecommand.Executor, error) {
			return remotecommand.NewWebSocketExecutor(live.Config(), http.MethodGet, u.String())
		},
	}
	for name, connect := range refused {
		t.Run(name+" is refused", func(t *testing.T) {
			e, err := connect()
			require.NoError(t, err)
			err = e.StreamWithContext(t.Context(), remotecommand.StreamOptions{Stdout: io.Discard})
			assert.True(t, apierrors.IsBadRequest(err), "%v", err)
		})
	}
}

func TestPortForwardThroughTheAPIServer(t *testing.T) {
	base := streamsNode(t, &kubelet.Kubelet{PortForward: func(_ context.Context, pod kubelet.Pod, port uint16, conn io.ReadWriteCloser) error {
		fmt.Fprintf(conn, "%s:%d ", pod.Name, port)
		_, err := io.Copy(conn, conn)
		return err
	}})
	u, err := url.Parse(base + "/portforward")
	require.NoError(t, err)
	transport, upgrader, err := spdy.RoundTripperFor(live.Config())
	require.NoError(t, err)
	tunnel, err := portforward.NewSPDYOverWebsocketDialer(u, live.Config())
	require.NoError(t, err)
	for name, dialer := range map[string]httpstream.Dialer{
		"spdy":   spdy.NewDialer(upgrader, &http.Client{Transport: transport}, http.MethodPost, u),
		"tunnel": tunnel,
	} {
		t.Run(name, func(t *testing.T) {
			stop, ready, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			forwarder, err := portforward.NewOnAddresses(dialer, []string{"127.0.0.1"}, []string{":80"}, stop, ready, nil, nil)
			require.NoError(t, err)
			go func() { ended <- forwarder.ForwardPorts() }()
			select {
			case <-ready:
			case err := <-ended:
				require.NoError(t, err)
			}
			ports, err := forwarder.GetPorts()
			require.NoError(t, err)
			conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ports[0].Local))
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, "hello")
			require.NoError(t, err)
			answer := make([]byte, len("web:80 hello"))
			_, err = io.ReadFull(conn, answer)
			require.NoError(t, err)
			assert.Equal(t, "web:80 hello", string(answer))
			close(stop)
			assert.NoError(t, <-ended)
		})
	}
}

func TestLogsThroughTheAPIServer(t *testing.T) {
	base := streamsNode(t, &kubelet.Kubelet{Log: func(_ context.Context, c kubelet.Container, o corev1.PodLogOptions, w io.Writer) error {
		fmt.Fprintf(w, "%s follow=%t tail=%d", c.Name, o.Follow, *o.TailLines)
		return nil
	}})
	ns := strings.Split(strings.TrimPrefix(base, live.URL()), "/")[4]
	tail := int64(3)
	data, err := builtIn(t, live.Config()).CoreV1().Pods(ns).GetLogs("web", &corev1.PodLogOptions{Follow: true, TailLines: &tail}).DoRaw(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "main follow=true tail=3", string(data))
}
