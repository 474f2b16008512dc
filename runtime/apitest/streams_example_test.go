package apitest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/kubelet"
	"github.com/typewright/typewright/runtime/exec"
	"github.com/typewright/typewright/runtime/remotecommand"
)

// Functions of a test stand for containers: this one repeats its input and ends with an exit code.
func ExampleOptions_kubelet() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{
		Scheme: scheme,
		Objects: []runtime.Object{&corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "web"},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "i"}}},
		}},
		Kubelet: kubelet.Kubelet{Exec: func(_ context.Context, c kubelet.Container, s *kubelet.Session) error {
			fmt.Fprintf(s.Stdout, "%s in %s: ", strings.Join(s.Command, " "), c.Name)
			if _, err := io.Copy(s.Stdout, s.Stdin); err != nil {
				return err
			}
			return exec.CodeExitError{Err: errors.New("exit code 3"), Code: 3}
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	url := server.URL() + "/api/v1/namespaces/default/pods/web/exec?command=cat&stdin=true&stdout=true"
	executor, err := remotecommand.NewWebSocketExecutor(server.Config(), "GET", url)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = executor.StreamWithContext(context.Background(), remotecommand.StreamOptions{
		Stdin: strings.NewReader("hello\n"), Stdout: os.Stdout,
	})
	fmt.Println(err)
	// Output:
	// cat in main: hello
	// command terminated with exit code 3
}
