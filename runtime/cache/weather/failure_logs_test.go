package weather

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	"k8s.io/klog/v2"
	"k8s.io/klog/v2/textlogger"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/rest"
)

// lines collects what is logged at the default verbosity.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

// take returns the lines since it was last called.
func (l *lines) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := strings.TrimSpace(l.text.String())
	l.text.Reset()
	if all == "" {
		return nil
	}
	return strings.Split(all, "\n")
}

func (l *lines) logging(ctx context.Context) context.Context {
	return klog.NewContext(ctx, textlogger.NewLogger(textlogger.NewConfig(textlogger.Output(l))))
}

// await waits for the next lines.
func (l *lines) await(t *testing.T) []string {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(time.Millisecond) {
		if found := l.take(); found != nil {
			return found
		}
	}
	t.Fatal("nothing was logged for a minute")
	return nil
}

// refusingAddress returns an address that refuses connections.
func refusingAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// TestTheFirstFailureIsLoggedAtOnce has informers that never reach their server, over real sockets. At the default verbosity
// there is a line for the very first attempt, with the resource, the namespace, the reason and the time of the next attempt.
func TestTheFirstFailureIsLoggedAtOnce(t *testing.T) {
	secure := httptest.NewUnstartedServer(nil)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	for name, test := range map[string]struct {
		config *rest.Config
		words  string
	}{
		"connection refused":  {&rest.Config{Host: "http://" + refusingAddress(t)}, "connection refused"},
		"certificate unknown": {&rest.Config{Host: secure.URL}, "certificate signed by unknown authority"},
		"plugin missing": {&rest.Config{Host: "http://" + refusingAddress(t), ExecProvider: &api.ExecConfig{
			Command: filepath.Join(t.TempDir(), "no-such-plugin"), APIVersion: "client.authentication.k8s.io/v1",
			InteractiveMode: api.NeverExecInteractiveMode,
		}}, "no-such-plugin"},
	} {
		t.Run(name, func(t *testing.T) {
			client := clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, test.config, "configmaps", "shop")
			untyped, err := dynamic.NewForConfig(test.config)
			require.NoError(t, err)
			for kind, informer := range map[string]cache.SharedIndexInformer{
				"typed":    cache.NewTypedInformer(source{client, false}, cache.SharedIndexInformerOptions{}),
				"untyped":  cache.NewSharedIndexInformer(plainSource(client, true), &corev1.ConfigMap{}, 0, nil),
				"handlers": withHandler(cache.NewTypedInformer(source{client, true}, cache.SharedIndexInformerOptions{})),
				"dynamic":  dynamicinformer.NewFilteredDynamicInformer(untyped, corev1.SchemeGroupVersion.WithResource("configmaps"), "shop", 0, nil, nil).Informer(),
			} {
				t.Run(kind, func(t *testing.T) {
					var logged lines
					ctx, cancel := context.WithCancel(logged.logging(t.Context()))
					done := make(chan struct{})
					go func() { defer close(done); informer.RunWithContext(ctx) }()
					first := logged.await(t)[0]
					assert.Contains(t, first, "List or watch failed and will be tried again")
					assert.Contains(t, first, test.words)
					assert.Contains(t, first, "configmaps")
					assert.Contains(t, first, "shop")
					assert.Contains(t, first, "since=")
					assert.Contains(t, first, "nextAttemptIn=")
					assert.Contains(t, first, "failures=1")
					cancel()
					<-done
				})
			}
		})
	}
}

// withHandler sets an error handler that calls the default one, as programs do that count failures.
func withHandler(informer cache.SharedIndexInformer) cache.SharedIndexInformer {
	_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, r *cache.Reflector, err error) {
		cache.DefaultWatchErrorHandler(ctx, r, err)
	})
	return informer
}

// failing is a source whose lists and watches fail with the error that was set last.
type failing struct {
	source

	mu  sync.Mutex
	err error
}

func (f *failing) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failing) StreamList(ctx context.Context, opts cache.StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return metav1.ListMeta{}, err
	}
	return f.source.StreamList(ctx, opts, each)
}

func (f *failing) StreamWatch(ctx context.Context, opts cache.StreamOptions, each func(cache.StreamEvent[*corev1.ConfigMap]) error) error {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return err
	}
	return f.source.StreamWatch(ctx, opts, each)
}

// Lasting failures are logged less and less often, another cause at once, and the recovery once.
func TestLastingFailuresAreLoggedLessAndLessOften(t *testing.T) {
	for _, handler := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			server := apitest.Start(t, apitest.Options{Scheme: scheme(), InMemory: true})
			client := clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, server.Config(), "configmaps", "default")
			f := &failing{source: source{client, true}}
			f.fail(&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", errors.New("connection refused"))})
			var informer cache.SharedIndexInformer = cache.NewTypedInformer(f, cache.SharedIndexInformerOptions{})
			if handler {
				informer = withHandler(informer)
			}
			var logged lines
			ctx, cancel := context.WithCancel(logged.logging(t.Context()))
			done := make(chan struct{})
			go func() { defer close(done); informer.RunWithContext(ctx) }()
			synctest.Wait()
			require.Len(t, logged.take(), 1, "the first at once")
			time.Sleep(25 * time.Second)
			assert.Empty(t, logged.take())
			time.Sleep(24 * time.Hour)
			day := len(logged.take())
			assert.Greater(t, day, 45, "every half hour in the end")
			assert.Less(t, day, 60)

			f.fail(apierrors.NewForbidden(corev1.Resource("configmaps"), "", errors.New("not you")))
			time.Sleep(time.Minute)
			changed := logged.take()
			require.Len(t, changed, 1, "another cause at once")
			assert.Contains(t, changed[0], "not you")

			f.fail(nil)
			time.Sleep(2 * time.Minute)
			recovered := logged.take()
			require.Len(t, recovered, 1, "the recovery once")
			assert.Contains(t, recovered[0], "List and watch work again")
			assert.Contains(t, recovered[0], "failingSince=")
			assert.Contains(t, recovered[0], `resource="configmaps" namespace="default"`)
			time.Sleep(24 * time.Hour)
			assert.Empty(t, logged.take(), "an informer that works logs nothing")

			f.fail(apierrors.NewServiceUnavailable("down"))
			server.EndWatches()
			time.Sleep(time.Minute)
			assert.NotEmpty(t, logged.take(), "a new failure is logged again")
			cancel()
			<-done
		})
	}
}

// A connection that breaks again and again counts as a failure: its lines become rarer, too.
func TestAConnectionThatBreaksAgainAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := apitest.Start(t, apitest.Options{Scheme: scheme(), InMemory: true})
		client := clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, server.Config(), "configmaps", "default")
		informer := cache.NewTypedInformer(source{client, true}, cache.SharedIndexInformerOptions{})
		var logged lines
		ctx, cancel := context.WithCancel(logged.logging(t.Context()))
		done := make(chan struct{})
		go func() { defer close(done); informer.RunWithContext(ctx) }()
		for range 6 * 60 {
			time.Sleep(10 * time.Second)
			server.Cut()
		}
		assert.NotEmpty(t, logged.text.String())
		assert.Less(t, len(logged.take()), 20, "of 360 breaks in an hour")
		cancel()
		<-done
	})
}
