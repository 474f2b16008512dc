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

// These make a process of this test a candidate: the address of the server, its name, and the file in which it claims to lead.
const (
	hostVariable  = "LEADERELECTION_TEST_HOST"
	nameVariable  = "LEADERELECTION_TEST_NAME"
	claimVariable = "LEADERELECTION_TEST_CLAIMS"
)

// beCandidate runs a candidate, if this process is one, until it is killed.
func beCandidate() bool {
	host := os.Getenv(hostVariable)
	if host == "" {
		return false
	}
	claims, err := os.OpenFile(os.Getenv(claimVariable), os.O_APPEND|os.O_WRONLY, 0)
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
				OnStartedLeading: func(ctx context.Context) { claim(ctx, claims, fmt.Sprint(config.Identity, "/", term)) },
				OnStoppedLeading: func() {},
			},
		})
	}
}

// claim writes down, over and over, a time at which this process led. It takes the time first and then asks the context: if that
// says that the term goes on, the process led at that time, for however long it was stopped before it writes.
func claim(ctx context.Context, claims *os.File, term string) {
	for {
		at := time.Now().UnixNano()
		if ctx.Err() != nil {
			return
		}
		_, _ = fmt.Fprintf(claims, "%d %s\n", at, term)
		time.Sleep(5 * time.Millisecond)
	}
}

// processes are candidates, by name, and the file of their claims.
type processes struct {
	running map[string]*exec.Cmd
	file    string
	host    string
}

func (p *processes) start(t *testing.T, name string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), hostVariable+"="+p.host, nameVariable+"="+name, claimVariable+"="+p.file)
	require.NoError(t, cmd.Start())
	p.running[name] = cmd
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// claims returns what was claimed so far, ordered by time: fixed-width nanoseconds and the term.
func (p *processes) claims(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(p.file)
	require.NoError(t, err)
	whole := string(data[:bytes.LastIndexByte(data, '\n')+1])
	return slices.Sorted(strings.Lines(whole))
}

// leaderOtherThan waits for a claim of a candidate that is not of the given name, after the claims so far.
func (p *processes) leaderOtherThan(t *testing.T, name string) string {
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
	}, 2*time.Minute, 20*time.Millisecond, "nobody but %q leads", name)
	return leader
}

// Five processes, of which the leader is killed or stopped past its lease again and again, never claim to lead at the same time.
func TestProcesses(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, coordinationv1.AddToScheme(scheme))
	server := apitest.Start(t, apitest.Options{Scheme: scheme})
	p := &processes{running: map[string]*exec.Cmd{}, file: filepath.Join(t.TempDir(), "claims"), host: server.URL()}
	require.NoError(t, os.WriteFile(p.file, nil, 0o600))
	for i := range 5 {
		p.start(t, fmt.Sprint("candidate-", i))
	}
	for round := range 6 {
		leader := p.leaderOtherThan(t, "")
		process := p.running[leader].Process
		if round%2 == 0 {
			require.NoError(t, process.Kill())
			_ = p.running[leader].Wait()
			p.leaderOtherThan(t, leader)
			p.start(t, fmt.Sprint("candidate-", 5+round))
			continue
		}
		require.NoError(t, process.Signal(syscall.SIGSTOP))
		p.leaderOtherThan(t, leader)
		require.NoError(t, process.Signal(syscall.SIGCONT))
		p.leaderOtherThan(t, leader)
	}
	var terms []string
	for _, c := range p.claims(t) {
		if term := strings.Fields(c)[1]; len(terms) == 0 || terms[len(terms)-1] != term {
			assert.NotContains(t, terms, term, "a term goes on after another has begun")
			terms = append(terms, term)
		}
	}
	assert.GreaterOrEqual(t, len(terms), 7, "%v", slices.Sorted(maps.Keys(p.running)))
}
