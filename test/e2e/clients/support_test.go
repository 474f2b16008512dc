package clients_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// encodings returns a configuration for each encoding of clients.
func encodings() map[string]*rest.Config {
	inJSON, inProtobuf := live.Config(), live.Config()
	inJSON.ContentType = "application/json"
	inProtobuf.ContentType = "application/vnd.kubernetes.protobuf"
	inProtobuf.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	return map[string]*rest.Config{"json": inJSON, "protobuf": inProtobuf}
}

func builtIn(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	c, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return c
}

func custom(t *testing.T, config *rest.Config) *versioned.Clientset {
	t.Helper()
	c, err := versioned.NewForConfig(config)
	require.NoError(t, err)
	return c
}

func namespace(t *testing.T, name string) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	_, err := builtIn(t, live.Config()).CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{})
	require.NoError(t, err)
	return name
}

// kubectl runs kubectl as Admin and returns its output.
func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	kubeconfig, err := live.Kubeconfig(cluster.Admin)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "kubectl", append([]string{"--kubeconfig", kubeconfig}, args...)...)
	var out, problem strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &problem
	require.NoError(t, cmd.Run(), "kubectl %v: %s", args, &problem)
	return out.String()
}

// writeManifest writes a manifest file for kubectl.
func writeManifest(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "manifest.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
