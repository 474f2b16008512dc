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

// The environment of a replica.
const (
	nameVariable      = "SHARDS_NAME"
	hostVariable      = "SHARDS_HOST"
	tokenVariable     = "SHARDS_TOKEN"
	authorityVariable = "SHARDS_AUTHORITY"
	logVariable       = "SHARDS_LOG"
)

// work is a replica. It leaves when alive is closed.
func work(alive io.Reader) error {
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

// handler handles objects and logs what it does.
type handler struct{ log io.Writer }

// reconcile acts on an object a few times, as long as its context allows it.
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

// act is something that a process did to an object, in a handling that began before it.
type act struct {
	who       string
	begun, at int64
}

// actions are what a process did.
type actions struct {
	acts     map[string][]act // by uid
	handled  map[string]bool  // names and versions
	filtered bool
}

// readLogs reads what all processes have logged, by their names. A line that is being written is left for the next time.
func readLogs(t *testing.T, dir string) map[string]*actions {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.log"))
	require.NoError(t, err)
	logs := map[string]*actions{}
	for n := range replicas {
		logs[fmt.Sprintf("replica-%d", n)] = &actions{acts: map[string][]act{}, handled: map[string]bool{}}
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

func (a *actions) read(who, line string) {
	var uid string
	done := act{who: who}
	if n, _ := fmt.Sscanf(line, "act %s %d %d", &uid, &done.begun, &done.at); n == 3 {
		a.acts[uid] = append(a.acts[uid], done)
		return
	}
	if of, ok := strings.CutPrefix(line, "handled "); ok {
		a.handled[of] = true
	}
	a.filtered = a.filtered || line == "filtered true"
}

// overlap returns an act of one process between the beginning of a handling of another and an act of it on the same object.
func overlap(logs map[string]*actions) string {
	byUID := map[string][]act{}
	for _, log := range logs {
		for uid, acts := range log.acts {
			byUID[uid] = append(byUID[uid], acts...)
		}
	}
	for uid, acts := range byUID {
		for _, a := range acts {
			for _, b := range acts {
				if a.who != b.who && b.at > a.begun && b.at < a.at {
					return fmt.Sprintf("%s began with %s at %d and acted at %d; %s acted at %d", a.who, uid, a.begun, a.at, b.who, b.at)
				}
			}
		}
	}
	return ""
}

// The check finds what it is for.
func TestOverlap(t *testing.T) {
	logs := map[string]*actions{
		"a": {acts: map[string][]act{"x": {{"a", 1, 2}, {"a", 1, 9}}}},
		"b": {acts: map[string][]act{"x": {{"b", 10, 11}}, "y": {{"b", 3, 4}}}},
	}
	require.Empty(t, overlap(logs))
	logs["b"].acts["x"] = append(logs["b"].acts["x"], act{"b", 4, 5})
	require.NotEmpty(t, overlap(logs))
}
