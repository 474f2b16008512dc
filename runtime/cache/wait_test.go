package cache

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/textlogger"
)

// journal collects the lines that are logged.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

// lines returns the lines that contain any of the words, or all lines if there are no words.
func (j *journal) lines(words ...string) (found []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for line := range strings.Lines(j.text.String()) {
		has := len(words) == 0
		for _, word := range words {
			has = has || strings.Contains(line, word)
		}
		if has {
			found = append(found, line)
		}
	}
	return found
}

// logger logs to the journal at the default verbosity.
func (j *journal) logger() klog.Logger {
	return textlogger.NewLogger(textlogger.NewConfig(textlogger.Output(j)))
}

// logging returns a context whose logger is the journal's.
func (j *journal) logging(ctx context.Context) context.Context {
	return klog.NewContext(ctx, j.logger())
}

// captureKlog lets klog write to a journal until the test ends.
func captureKlog(t *testing.T) *journal {
	t.Helper()
	j := &journal{}
	state := klog.CaptureState()
	t.Cleanup(state.Restore)
	klog.SetLogger(j.logger())
	return j
}

func forbidden() error {
	return apierrors.NewForbidden(corev1.Resource("configmaps"), "", errors.New("no right"))
}

// unsyncedInformer runs an informer that may not list.
func unsyncedInformer(t *testing.T) SharedIndexInformer {
	t.Helper()
	return running(t, &refusing{server: newServer(), err: forbidden()}, &log{})
}

func TestWaitForSaysWhatIsMissingAndWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		informer := unsyncedInformer(t)
		closed := make(chan struct{})
		close(closed)
		ctx, cancel := context.WithTimeout(j.logging(t.Context()), 100*time.Second)
		defer cancel()
		assert.False(t, WaitFor(ctx, "caches", done{name: "what is done", ch: closed}, informer.HasSyncedChecker()))
		assert.Len(t, j.lines("Still waiting"), 3, "every 30 seconds")
		assert.Len(t, j.lines("Gave up waiting"), 1)
		for _, line := range j.lines("aiting") {
			assert.Contains(t, line, "informer of *v1.ConfigMap: Forbidden since")
			assert.Contains(t, line, "no right")
			assert.NotContains(t, line, "what is done")
		}
	})
}

// The checkers of handlers and controllers also say why they have not synced.
func TestCheckersKnowWhy(t *testing.T) {
	why := func(checker DoneChecker) string {
		explains, ok := checker.(interface{ Why() error })
		require.True(t, ok)
		return fmt.Sprintf("%s: %v", checker.Name(), explains.Why())
	}
	synctest.Test(t, func(t *testing.T) {
		refused := NewTypedInformer(&refusing{server: newServer(), err: forbidden()}, SharedIndexInformerOptions{})
		handle, err := refused.AddTypedEventHandler(&log{}, HandlerOptions{Name: "mine"})
		require.NoError(t, err)
		assert.Equal(t, "informer of *v1.ConfigMap + event handler mine: <nil>", why(handle.HasSyncedChecker()))
		runUntilCleanup(t, refused)

		s, gate := newServer(), make(chan struct{})
		s.put("a", "1")
		s.put("b", "1")
		busy := NewTypedInformer(s, SharedIndexInformerOptions{})
		slow, err := busy.AddTypedEventHandler(&gated{log: &log{}, gate: gate}, HandlerOptions{Name: "slow"})
		require.NoError(t, err)
		runUntilCleanup(t, busy)

		config := newConfig(&ListWatch{ListFunc: func(metav1.ListOptions) (runtime.Object, error) { return nil, forbidden() }, WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return nil, forbidden() }}, func(interface{}, bool) error { return nil })
		controller := New(config)
		assert.Equal(t, "controller of *v1.ConfigMap: <nil>", why(controller.HasSyncedChecker()))
		runUntilCleanup(t, controller)

		pass(time.Minute)
		assert.Contains(t, why(handle.HasSyncedChecker()), "event handler mine: Forbidden since")
		assert.Equal(t, "informer of *v1.ConfigMap + event handler slow: the handler is 1m0s behind, with 2 events to come", why(slow.HasSyncedChecker()))
		assert.Contains(t, why(controller.HasSyncedChecker()), "controller of *v1.ConfigMap: Forbidden since")
		close(gate)
		pass(0)
		assert.True(t, slow.HasSynced())
	})
}

// A typed informer around an untyped one has the status of that one.
func TestWrappedInformersHaveTheStatusOfTheirs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lw := &ListWatch{ListFunc: func(metav1.ListOptions) (runtime.Object, error) { return nil, forbidden() }, WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return nil, forbidden() }}
		informer := NewTypedSharedIndexInformer[*corev1.ConfigMap](NewSharedIndexInformer(lw, &corev1.ConfigMap{}, 0, nil))
		runUntilCleanup(t, informer)
		pass(time.Minute)
		status, ok := StatusOf(informer)
		require.True(t, ok)
		assert.Equal(t, ReasonForbidden, status.Reason)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := WaitForResourceVersion(ctx, informer, "7")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "Forbidden since")
	})
}

func TestWaitForWithoutADescriptionLogsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		never := done{name: "never", ch: make(chan struct{})}
		ctx, cancel := context.WithTimeout(j.logging(t.Context()), time.Hour)
		defer cancel()
		assert.False(t, WaitFor(ctx, "", never))
		assert.Empty(t, j.lines())
		cancelled, cancel := context.WithCancel(j.logging(t.Context()))
		cancel()
		closed := make(chan struct{})
		close(closed)
		assert.True(t, WaitFor(cancelled, "", done{name: "now", ch: closed}), "what is done is done, whatever the context says")
	})
}

func TestWaitForNamedCacheSyncSaysWhichAreMissing(t *testing.T) {
	for name, wait := range map[string]func(t *testing.T, j *journal, synced ...InformerSynced) bool{
		"with a context": func(t *testing.T, j *journal, synced ...InformerSynced) bool {
			t.Helper()
			ctx, cancel := context.WithTimeout(klog.NewContext(t.Context(), klog.LoggerWithName(j.logger(), "robots")), 70*time.Second)
			defer cancel()
			return WaitForNamedCacheSyncWithContext(ctx, synced...)
		},
		"with a channel": func(_ *testing.T, _ *journal, synced ...InformerSynced) bool {
			stop := make(chan struct{})
			time.AfterFunc(70*time.Second, func() { close(stop) })
			return WaitForNamedCacheSync("robots", stop, synced...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := captureKlog(t)
			synctest.Test(t, func(t *testing.T) {
				healthy, refused := running(t, newServer(), &log{}), unsyncedInformer(t)
				assert.False(t, wait(t, j, healthy.HasSynced, refused.HasSynced))
				assert.Len(t, j.lines("Still waiting for caches to sync"), 2, "every 30 seconds")
				assert.Len(t, j.lines("Caches did not sync"), 1)
				for _, line := range j.lines("aches") {
					assert.Contains(t, line, "robots")
					assert.Contains(t, line, "2 of 2: github.com/typewright/typewright/runtime/cache.")
					assert.Contains(t, line, "HasSynced")
					assert.NotContains(t, line, "1 of 2")
				}
				before := len(j.lines("aches"))
				assert.True(t, wait(t, j, healthy.HasSynced))
				assert.Len(t, j.lines("aches"), before, "at the default verbosity what goes well is not logged")
			})
		})
	}
}

func TestWaitForCacheSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &refusing{server: newServer(), err: forbidden()}
		informer := running(t, s, &log{})
		stop := make(chan struct{})
		time.AfterFunc(time.Minute, s.allow)
		assert.True(t, WaitForCacheSync(stop, informer.HasSynced))
		close(stop)
		assert.True(t, WaitForCacheSync(stop, informer.HasSynced))
		assert.True(t, WaitForCacheSync(stop))
		assert.False(t, WaitForCacheSync(stop, func() bool { return false }))
	})
}

func TestFailuresAreLogged(t *testing.T) {
	connection := &VeryShortWatchError{Name: "somebody"}
	for name, test := range map[string]struct {
		err   error
		first string // what the first line begins with
	}{
		"as errors if they do not go away by themselves": {forbidden(), "E"},
		"as errors after a minute if they do":            {connection, "I"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				s := &refusing{server: newServer(), err: test.err}
				informer := NewTypedInformer(s, SharedIndexInformerOptions{ObjectDescription: "config maps"})
				ctx, cancel := context.WithCancel(j.logging(t.Context()))
				defer cancel()
				go informer.RunWithContext(ctx)
				synctest.Wait()
				require.Len(t, j.lines("List or watch failed"), 1, "at once")
				assert.True(t, strings.HasPrefix(j.lines("List or watch failed")[0], test.first))
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				later := j.lines("List or watch failed")[1:]
				assert.GreaterOrEqual(t, len(later), 2, "after half a minute or more, a minute, two")
				assert.LessOrEqual(t, len(later), 3)
				assert.True(t, strings.HasPrefix(later[len(later)-1], "E"))
				for _, line := range j.lines("List or watch failed") {
					assert.Contains(t, line, "config maps")
					assert.Contains(t, line, string(ReasonOf(test.err)))
				}
				s.allow()
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				before := len(j.lines())
				time.Sleep(time.Hour)
				assert.Len(t, j.lines(), before, "an informer that works logs nothing")
			})
		})
	}
}

func TestReflectorsLogTheirFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a requestLog
		var j journal
		logger := j.logger()
		refuse := func(options ReflectorOptions, err error) {
			options.Logger = &logger
			lw := &ListWatch{ListWithContextFunc: pages(&a, 0, func(metav1.ListOptions) error { return err }), WatchFuncWithContext: idle}
			_, end := runReflector(t, lw, options, func(*Reflector) {})
			time.Sleep(10 * time.Second)
			end()
		}
		refuse(ReflectorOptions{Name: "sick"}, forbidden())
		refuse(ReflectorOptions{Name: "slow"}, apierrors.NewServiceUnavailable("later"))
		assert.NotEmpty(t, j.lines(`reflector="sick" reason="Forbidden"`))
		assert.NotEmpty(t, j.lines(`reflector="slow" reason="Server"`))
	})
}
