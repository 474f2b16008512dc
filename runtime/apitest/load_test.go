package apitest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kuberuntime "k8s.io/apimachinery/pkg/runtime"
)

// BenchmarkStart measures how long it takes until a server answers, and to its end.
func BenchmarkStart(b *testing.B) {
	scheme := coreScheme()
	if err := appsv1.AddToScheme(scheme); err != nil {
		b.Fatal(err)
	}
	for name, opts := range map[string]Options{
		"http": {Scheme: scheme}, "tls": {Scheme: scheme, TLS: true}, "memory": {Scheme: scheme, InMemory: true},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				server, err := New(opts)
				if err != nil {
					b.Fatal(err)
				}
				server.Close()
			}
		})
	}
}

const (
	loadObjects  = 50_000
	loadWatchers = 100
	loadWriters  = 4
)

// BenchmarkLoad writes to a server with 50,000 objects that 100 watches look at, over loopback: one iteration is one write,
// and its event at every watch. It fails when a watch misses one.
func BenchmarkLoad(b *testing.B) {
	server := loadedServer(b)
	transport := &http.Transport{MaxIdleConnsPerHost: loadWriters}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}

	var seen [loadWatchers]atomic.Int64
	var watches sync.WaitGroup
	version := strconv.FormatUint(server.api.Version(), 10)
	for i := range loadWatchers {
		resp, err := client.Get(server.URL() + "/api/v1/configmaps?watch=true&resourceVersion=" + version)
		if err != nil {
			b.Fatal(err)
		}
		watches.Go(func() { countLines(resp.Body, &seen[i]) })
	}
	b.ResetTimer()
	began := time.Now()
	if err := write(client, server.URL(), b.N); err != nil {
		b.Fatal(err)
	}
	wrote := time.Since(began)
	for i := range seen {
		for deadline := time.Now().Add(time.Minute); seen[i].Load() < int64(b.N); runtime.Gosched() {
			if time.Now().After(deadline) {
				b.Fatalf("watch %d has seen %d of %d events", i, seen[i].Load(), b.N)
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/wrote.Seconds(), "writes/s")
	b.ReportMetric(float64(b.N)*loadWatchers/time.Since(began).Seconds(), "events/s")
	server.Close()
	watches.Wait()
	for i := range seen {
		if seen[i].Load() != int64(b.N) {
			b.Fatalf("watch %d has seen %d events of %d writes", i, seen[i].Load(), b.N)
		}
	}
}

func loadedServer(b *testing.B) *Server {
	b.Helper()
	objects := make([]kuberuntime.Object, loadObjects)
	for i := range objects {
		objects[i] = &corev1.ConfigMap{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "load", Name: fmt.Sprintf("cm-%05d", i), Labels: map[string]string{"app": "load"}},
			Data:       map[string]string{"value": "0"},
		}
	}
	return Start(b, Options{Scheme: coreScheme(), Objects: objects, Window: 10_000})
}

// countLines counts the events of a stream until it ends.
func countLines(stream io.ReadCloser, seen *atomic.Int64) {
	defer stream.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := stream.Read(buffer)
		seen.Add(int64(bytes.Count(buffer[:n], []byte("\n"))))
		if err != nil {
			return
		}
	}
}

// write makes n writes, by several writers at once.
func write(client *http.Client, url string, n int) error {
	var writers sync.WaitGroup
	var next atomic.Int64
	failed := make(chan error, loadWriters)
	for range loadWriters {
		writers.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				if err := patchOne(client, fmt.Sprintf("%s/api/v1/namespaces/load/configmaps/cm-%05d", url, i%loadObjects), i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	writers.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func patchOne(client *http.Client, url string, i int64) error {
	body := strings.NewReader(fmt.Sprintf(`{"data":{"value":"%d"}}`, i))
	req, err := http.NewRequest(http.MethodPatch, url, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/merge-patch+json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("patch: %s", resp.Status)
	}
	return nil
}
