package leaderelection

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
	"github.com/typewright/typewright/runtime/rest"
)

// These environment variables tell a child process of the test to run a candidate: the address of the server, the identity of the
// candidate, and the file to which it writes its claims.
const (
	hostVariable   = "LEADERELECTION_TEST_HOST"
	nameVariable   = "LEADERELECTION_TEST_NAME"
	claimsVariable = "LEADERELECTION_TEST_CLAIMS"
)

// runCandidateProcess runs a candidate until the process is killed. It returns false at once if the process is not a child process
// of the test.
func runCandidateProcess() bool {
	host := os.Getenv(hostVariable)
	if host == "" {
		return false
	}
	claims, err := os.OpenFile(os.Getenv(claimsVariable), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	const renewDeadline = 1500 * time.Millisecond
	config := resourcelock.ResourceLockConfig{Identity: os.Getenv(nameVariable)}
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, "default", "robots", config, &rest.Config{Host: host}, renewDeadline)
	if err != nil {
		panic(err)
	}
	for term := 0; ; term++ {
		RunOrDie(context.Background(), LeaderElectionConfig{
			Lock: lock, LeaseDuration: 2 * time.Second, RenewDeadline: renewDeadline, RetryPeriod: 200 * time.Millisecond,
			Callbacks: LeaderCallbacks{
				OnStartedLeading: func(ctx context.Context) { recordClaims(ctx, claims, fmt.Sprint(config.Identity, "/", term)) },
				OnStoppedLeading: func() {},
			},
		})
	}
}

// recordClaims appends lines "TIME TERM" to the file until the term ends. Each says that this process led at that time. It reads the
// clock before it checks the context: if the context has not ended, the process led at that time, even if it is stopped before it
// writes the line.
func recordClaims(ctx context.Context, claims *os.File, term string) {
	for {
		at := time.Now().UnixNano()
		if ctx.Err() != nil {
			return
		}
		_, _ = fmt.Fprintf(claims, "%d %s\n", at, term)
		time.Sleep(5 * time.Millisecond)
	}
}

// candidateProcesses are child processes that each run a candidate, by identity, and the file of their claims.
type candidateProcesses struct {
	running map[string]*exec.Cmd
	file    string
	host    string
}

func (p *candidateProcesses) start(t *testing.T, name string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), hostVariable+"="+p.host, nameVariable+"="+name, claimsVariable+"="+p.file)
	require.NoError(t, cmd.Start())
	p.running[name] = cmd
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// claims returns the lines "TIME TERM" that were written so far, ordered by time. Times are nanoseconds with a fixed number of digits.
func (p *candidateProcesses) claims(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(p.file)
	require.NoError(t, err)
	whole := string(data[:bytes.LastIndexByte(data, '\n')+1])
	return slices.Sorted(strings.Lines(whole))
}

// waitForOtherLeader waits for a new claim of a candidate with another name, and returns the name of that candidate.
func (p *candidateProcesses) waitForOtherLeader(t *testing.T, name string) string {
	t.Helper()
	before, leader := len(p.claims(t)), ""
	require.Eventually(t, func() bool {
		for _, c := range p.claims(t)[before:] {
			if candidate, _, _ := strings.Cut(strings.Fields(c)[1], "/"); candidate != name {
				leader = candidate
				return true
			}
		}
		return false
	}, 2*time.Minute, 20*time.Millisecond, "no candidate other than %q leads", name)
	return leader
}

// Five processes take part in an election. The leader is killed, or stopped for longer than its lease, six times. No two processes ever
// claim to lead at the same time.
func TestCandidateProcesses(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, coordinationv1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme})
	p := &candidateProcesses{running: map[string]*exec.Cmd{}, file: filepath.Join(t.TempDir(), "claims"), host: server.URL()}
	require.NoError(t, os.WriteFile(p.file, nil, 0o600))
	for i := range 5 {
		p.start(t, fmt.Sprint("candidate-", i))
	}
	for round := range 6 {
		leader := p.waitForOtherLeader(t, "")
		process := p.running[leader].Process
		if round%2 == 0 {
			require.NoError(t, process.Kill())
			_ = p.running[leader].Wait()
			p.waitForOtherLeader(t, leader)
			p.start(t, fmt.Sprint("candidate-", 5+round))
			continue
		}
		require.NoError(t, process.Signal(syscall.SIGSTOP))
		p.waitForOtherLeader(t, leader)
		require.NoError(t, process.Signal(syscall.SIGCONT))
		p.waitForOtherLeader(t, leader)
	}
	var terms []string
	for _, c := range p.claims(t) {
		if term := strings.Fields(c)[1]; len(terms) == 0 || terms[len(terms)-1] != term {
			assert.NotContains(t, terms, term, "a term continues after another one has begun")
			terms = append(terms, term)
		}
	}
	assert.GreaterOrEqual(t, len(terms), 7, "%v", slices.Sorted(maps.Keys(p.running)))
}
