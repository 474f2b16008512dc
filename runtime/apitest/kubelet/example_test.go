package kubelet_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/apitest/kubelet"
)

// Functions stand for containers. apitest.Options.Kubelet takes them; here the test calls one itself.
func ExampleKubelet() {
	containers := kubelet.Kubelet{
		Exec: func(_ context.Context, c kubelet.Container, s *kubelet.Session) error {
			fmt.Fprintln(s.Stdout, strings.Join(s.Command, " "), "in", c.Pod.Name)
			return nil
		},
		Log: func(_ context.Context, _ kubelet.Container, options corev1.PodLogOptions, w io.Writer) error {
			_, err := fmt.Fprintln(w, "follow:", options.Follow)
			return err
		},
	}
	web := kubelet.Container{Pod: kubelet.Pod{Namespace: "default", Name: "web"}, Name: "main"}
	if err := containers.Exec(context.Background(), web, &kubelet.Session{Command: []string{"ls", "-l"}, Stdout: os.Stdout}); err != nil {
		fmt.Println(err)
	}
	// Output: ls -l in web
}
