package cluster_test

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var live *cluster.Cluster

func TestMain(m *testing.M) {
	cluster.Main(m, cluster.Options{}, func(c *cluster.Cluster) { live = c })
}

// raw returns a REST client for requests by path.
func raw(t *testing.T, config *rest.Config) *rest.RESTClient {
	t.Helper()
	config.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	client, err := rest.UnversionedRESTClientFor(config)
	require.NoError(t, err)
	return client
}

func status(t *testing.T, client *rest.RESTClient, path string) int {
	t.Helper()
	var code int
	client.Get().AbsPath(path).Do(t.Context()).StatusCode(&code)
	return code
}

func TestUsers(t *testing.T) {
	for user, want := range map[string]int{cluster.Admin: http.StatusOK, cluster.Alice: http.StatusForbidden, "": http.StatusForbidden} {
		assert.Equal(t, want, status(t, raw(t, live.ConfigFor(user)), "/api/v1/nodes"), "user %q", user)
	}
	cert, key, err := live.ClientCertificate("dora", []string{"system:masters"}, time.Hour)
	require.NoError(t, err)
	config := live.ConfigFor("")
	config.CertData, config.KeyData = cert, key
	assert.Equal(t, http.StatusOK, status(t, raw(t, config), "/api/v1/nodes"))
}

func TestCustomResourcesAreServed(t *testing.T) {
	client := raw(t, live.Config())
	for _, path := range []string{
		"fleet.typewright.dev/v1beta1/robots", "fleet.typewright.dev/v1alpha1/robots", "fleet.typewright.dev/v1beta1/sites",
		"telemetry.fleet.typewright.dev/v1/probes", "telemetry.fleet.typewright.dev/v1/telemetryarchives",
		"telemetry.fleet.typewright.dev/v1/thresholds",
	} {
		assert.Equal(t, http.StatusOK, status(t, client, "/apis/"+path), path)
	}
}

func TestServersRestart(t *testing.T) {
	client := raw(t, live.Config())
	for name, restart := range map[string]func() error{
		"kube-apiserver killed":  func() error { live.APIServer.Kill(); return live.APIServer.Start() },
		"kube-apiserver stopped": live.APIServer.Restart,
		"etcd killed":            func() error { live.Etcd.Kill(); return live.Etcd.Start() },
	} {
		require.NoError(t, restart(), name)
		require.Eventually(t, func() bool { return status(t, client, "/apis/fleet.typewright.dev/v1beta1/robots") == http.StatusOK },
			20*time.Second, 50*time.Millisecond, name)
	}
	require.NoError(t, live.Compact(t.Context()))
	require.Error(t, live.Etcd.Start(), "starting what runs")
}

// TestServersEndWithTheTest kills a test process, which cannot clean up then, and checks that its servers end.
func TestServersEndWithTheTest(t *testing.T) {
	if os.Getenv("E2E_VICTIM") != "" {
		fmt.Printf("pids %d %d\n", live.APIServer.PID(), live.Etcd.PID())
		_ = os.Stdout.Sync()
		time.Sleep(time.Minute)
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServersEndWithTheTest$", "-test.v")
	cmd.Env = append(os.Environ(), "E2E_VICTIM=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var pids [2]int
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "pids %d %d", &pids[0], &pids[1]); n == 2 {
			break
		}
	}
	require.NotZero(t, pids[1])
	require.NoError(t, syscall.Kill(pids[0], 0), "the server runs")
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	for _, pid := range pids {
		assert.Eventually(t, func() bool { return isGone(pid) }, 10*time.Second, 10*time.Millisecond, "process %d", pid)
	}
}

// isGone reports whether a process has ended, also if its parent has not waited for it (a zombie).
func isGone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	var id int
	var name string
	var state string
	_, _ = fmt.Sscanf(string(data), "%d %s %s", &id, &name, &state)
	return state == "Z"
}
