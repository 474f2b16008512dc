//go:build linux

package shards

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/test/e2e/cluster"
)

var (
	objects = flag.Int("shards.objects", 60, "number of objects")
	rate    = flag.Int("shards.rate", 20, "number of objects that change per second")
	rounds  = flag.Int("shards.rounds", 1, "how often a process is killed and another one is stopped")
)

const (
	replicas = 4
	lease    = 5 * time.Second
	// downtime is how long a process is stopped, and how long a killed one is down: longer than its lease.
	downtime = lease + 4*time.Second
)

func TestMain(m *testing.M) {
	if os.Getenv(nameVariable) != "" {
		if err := runReplica(os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	flag.Parse()
	if os.Getenv("SKIP_E2E") == "1" {
		fmt.Println("SKIPPED: SKIP_E2E=1 is set, so nothing was tested against the real API server")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestReplicas(t *testing.T) {
	for name, gate := range map[string]bool{"server filters": true, "clients filter": false} {
		t.Run(name, func(t *testing.T) { testReplicas(t, gate) })
	}
}

// replica is a running replica process.
type replica struct {
	cmd   *exec.Cmd
	alive io.Closer // its standard input; the replica leaves when it is closed
}

// start starts a replica, which appends to the log file with its name.
func start(t *testing.T, live *cluster.Cluster, dir, name string) *replica {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), nameVariable+"="+name, logVariable+"="+filepath.Join(dir, name+".log"),
		hostVariable+"="+live.URL(), tokenVariable+"="+live.Token(cluster.Admin), authorityVariable+"="+string(live.CA()))
	cmd.Stderr = os.Stderr
	alive, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return &replica{cmd, alive}
}

func (r *replica) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	require.NoError(t, r.cmd.Process.Signal(signal))
}

// testReplicas runs four replicas that share the objects of a server, and checks their logs.
func testReplicas(t *testing.T, gate bool) {
	live, err := cluster.Start(t.Context(), cluster.Options{
		WithoutCRDs: true, APIServerArgs: []string{fmt.Sprintf("--feature-gates=ShardedListAndWatch=%t", gate)},
	})
	require.NoError(t, err)
	defer live.Stop()
	client, err := kubernetes.NewForConfig(live.Config())
	require.NoError(t, err)
	dir := t.TempDir()
	running := map[string]*replica{}
	for n := range replicas {
		name := fmt.Sprintf("replica-%d", n)
		running[name] = start(t, live, dir, name)
	}
	w := &writer{client: client, versions: map[string]string{}}
	w.createAll(t)
	for name := range running {
		eventually(t, name+" handles something", func() bool { return len(readLogs(t, dir)[name].actions) > 0 })
	}
	ctx, cancel := context.WithCancel(t.Context())
	var changing sync.WaitGroup
	changing.Go(func() { w.change(ctx, t) })
	for round := range *rounds {
		killed, stopped := fmt.Sprintf("replica-%d", round%replicas), fmt.Sprintf("replica-%d", (round+1)%replicas)
		running[killed].signal(t, syscall.SIGKILL)
		_ = running[killed].cmd.Wait() // the error says that it was killed
		time.Sleep(downtime)
		running[killed] = start(t, live, dir, killed)
		running[stopped].signal(t, syscall.SIGSTOP)
		time.Sleep(downtime)
		running[stopped].signal(t, syscall.SIGCONT)
		time.Sleep(lease)
	}
	cancel()
	changing.Wait()
	eventually(t, "every change is handled", func() bool { return len(w.unhandled(readLogs(t, dir))) == 0 })
	for _, r := range running {
		assert.NoError(t, r.alive.Close())
	}
	for name, r := range running {
		assert.NoError(t, r.cmd.Wait(), name)
	}
	logs := readLogs(t, dir)
	actions := 0
	for name, log := range logs {
		for _, done := range log.actions {
			actions += len(done)
		}
		assert.Equal(t, !gate, log.filtered, "whether the clients of %s filter", name)
	}
	assert.Empty(t, overlap(logs))
	t.Logf("%d objects, %d changes, %d times killed, %d times stopped past the lease: %d acts, no two processes at once on an object",
		*objects, w.changes, *rounds, *rounds, actions)
}

// maxConcurrent is how many requests a writer sends at once at most.
const maxConcurrent = 16

// writer writes objects and remembers their last resource versions.
type writer struct {
	client   kubernetes.Interface
	versions map[string]string // by name
	changes  int
}

// createAll creates the objects, up to maxConcurrent at once.
func (w *writer) createAll(t *testing.T) {
	t.Helper()
	var creating errgroup.Group
	creating.SetLimit(maxConcurrent)
	created := make([]string, *objects)
	for n := range created {
		creating.Go(func() error {
			cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: objectName(n)}}
			cm, err := w.client.CoreV1().ConfigMaps("default").Create(t.Context(), cm, metav1.CreateOptions{})
			if err == nil {
				created[n] = cm.ResourceVersion
			}
			return err
		})
	}
	require.NoError(t, creating.Wait())
	for n, version := range created {
		w.versions[objectName(n)] = version
	}
}

func objectName(n int) string { return fmt.Sprintf("object-%d", n) }

// change changes objects at the given rate until ctx ends, in a batch every tenth of a second. If the server is slow, later batches are
// larger.
func (w *writer) change(ctx context.Context, t *testing.T) {
	t.Helper()
	started := time.Now()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			t.Logf("%.0f changes a second", float64(w.changes)/time.Since(started).Seconds())
			return
		case <-ticker.C:
		}
		due := int(time.Since(started).Seconds()*float64(*rate)) - w.changes
		if !assert.NoError(t, w.changeSome(context.WithoutCancel(ctx), min(due, *rate))) {
			return
		}
	}
}

// changeSome changes n different objects concurrently.
func (w *writer) changeSome(ctx context.Context, n int) error {
	names := map[string]bool{}
	for len(names) < min(n, *objects) {
		names[objectName(rand.IntN(*objects))] = true
	}
	patch := fmt.Appendf(nil, `{"data":{"change":"%d"}}`, w.changes)
	var changing errgroup.Group
	changing.SetLimit(maxConcurrent)
	var mu sync.Mutex
	for name := range names {
		changing.Go(func() error {
			cm, err := w.client.CoreV1().ConfigMaps("default").Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{})
			if apierrors.IsTooManyRequests(err) {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			w.versions[cm.Name] = cm.ResourceVersion
			w.changes++
			return nil
		})
	}
	return changing.Wait()
}

// unhandled returns the objects whose last version no replica has handled.
func (w *writer) unhandled(logs map[string]*replicaLog) (names []string) {
	handled := map[string]bool{}
	for _, log := range logs {
		for of := range log.handled {
			handled[of] = true
		}
	}
	for name, version := range w.versions {
		if !handled[name+" "+version] {
			names = append(names, name)
		}
	}
	return names
}

func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	require.Eventually(t, done, 3*time.Minute, 500*time.Millisecond, what)
}
