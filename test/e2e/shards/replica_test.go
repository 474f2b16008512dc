//go:build linux

package shards

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/sharding"
)

// Environment variables of a replica process.
const (
	nameVariable      = "SHARDS_NAME"
	hostVariable      = "SHARDS_HOST"
	tokenVariable     = "SHARDS_TOKEN"
	authorityVariable = "SHARDS_AUTHORITY"
	logVariable       = "SHARDS_LOG"
)

// runReplica runs a replica until alive is closed.
func runReplica(alive io.Reader) error {
	log, err := os.OpenFile(os.Getenv(logVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	config := &rest.Config{
		Host: os.Getenv(hostVariable), BearerToken: os.Getenv(tokenVariable), QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{CAData: []byte(os.Getenv(authorityVariable))},
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	leases, err := sharding.NewLeases(config, "default")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, alive)
		cancel()
	}()
	members, err := sharding.Join(ctx, leases, sharding.Options{Group: "e2e", Identity: os.Getenv(nameVariable), LeaseDuration: lease})
	if err != nil {
		return err
	}
	resource := schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	factory := dynamicinformer.NewFactory(client, dynamicinformer.Options{Namespace: "default", FollowOptions: cache.FollowOptions{Shards: members}})
	informer := factory.ForResource(resource).Informer()
	c, err := controller.New(factory, handler{log}.reconcile, controller.Options[*unstructured.Unstructured]{Shards: members, Workers: 16})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(context.Background())
	factory.StartWithContext(running)
	err = c.Run(ctx)
	members.Wait()
	status, _ := cache.StatusOf(informer)
	_, _ = fmt.Fprintf(log, "filtered %t\n", status.Shards.Filtered)
	stop()
	factory.Shutdown()
	return errors.Join(err, log.Close())
}

// handler handles objects and logs its actions.
type handler struct{ log io.Writer }

// reconcile logs three actions on an object, unless its context ends.
func (h handler) reconcile(ctx context.Context, obj *unstructured.Unstructured) (controller.Result, error) {
	begun := time.Now()
	for range 3 {
		if err := ctx.Err(); err != nil {
			return controller.Result{}, err
		}
		if _, err := fmt.Fprintf(h.log, "act %s %d %d\n", obj.GetUID(), begun.UnixNano(), time.Now().UnixNano()); err != nil {
			return controller.Result{}, err
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := ctx.Err(); err != nil {
		return controller.Result{}, err
	}
	_, err := fmt.Fprintf(h.log, "handled %s %s\n", obj.GetName(), obj.GetResourceVersion())
	return controller.Result{}, err
}

// action is an action of a process on an object, at a time in a reconcile that began earlier.
type action struct {
	process   string
	begun, at int64
}

// replicaLog has the actions of a process.
type replicaLog struct {
	actions  map[string][]action // by uid of the object
	handled  map[string]bool     // "NAME VERSION"
	filtered bool
}

// readLogs reads the logs of all processes, by their names. The processes may be running: they write each line
// with one call.
func readLogs(t *testing.T, dir string) map[string]*replicaLog {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	logs := map[string]*replicaLog{}
	for n := range replicas {
		logs[fmt.Sprintf("replica-%d", n)] = &replicaLog{actions: map[string][]action{}, handled: map[string]bool{}}
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".log")
		f, err := os.Open(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		for lines := bufio.NewScanner(f); lines.Scan(); {
			logs[name].read(name, lines.Text())
		}
		_ = f.Close()
	}
	return logs
}

func (a *replicaLog) read(process, line string) {
	var uid string
	done := action{process: process}
	if n, _ := fmt.Sscanf(line, "act %s %d %d", &uid, &done.begun, &done.at); n == 3 {
		a.actions[uid] = append(a.actions[uid], done)
		return
	}
	if of, ok := strings.CutPrefix(line, "handled "); ok {
		a.handled[of] = true
	}
	a.filtered = a.filtered || line == "filtered true"
}

// overlap describes an action of one process on an object during a reconcile of another process; it is empty if there is none.
func overlap(logs map[string]*replicaLog) string {
	byUID := map[string][]action{}
	for _, log := range logs {
		for uid, actions := range log.actions {
			byUID[uid] = append(byUID[uid], actions...)
		}
	}
	for uid, actions := range byUID {
		for _, a := range actions {
			for _, b := range actions {
				if a.process != b.process && b.at > a.begun && b.at < a.at {
					return fmt.Sprintf("%s began with %s at %d and acted at %d; %s acted at %d", a.process, uid, a.begun, a.at, b.process, b.at)
				}
			}
		}
	}
	return ""
}

// TestOverlap tests that overlap finds an overlap and nothing else.
func TestOverlap(t *testing.T) {
	logs := map[string]*replicaLog{
		"a": {actions: map[string][]action{"x": {{"a", 1, 2}, {"a", 1, 9}}}},
		"b": {actions: map[string][]action{"x": {{"b", 10, 11}}, "y": {{"b", 3, 4}}}},
	}
	require.Empty(t, overlap(logs))
	logs["b"].actions["x"] = append(logs["b"].actions["x"], action{"b", 4, 5})
	require.NotEmpty(t, overlap(logs))
}
