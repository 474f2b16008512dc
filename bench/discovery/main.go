// Discovery measures a full discovery, client-go's and ours in turn, of a server with two hundred groups of custom resources
// beside the built-in ones: requests, time and memory. It prints lines that benchstat reads, and then the ratios.
//
//	go run ./discovery [-groups 200] [-runs 5]
//
// The two run in one process against one server, which has its answers ready, so that the time is that of the clients.
package main

import (
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"testing"

	theirs "k8s.io/client-go/discovery"
	theirmemory "k8s.io/client-go/discovery/cached/memory"
	theirrest "k8s.io/client-go/rest"
	theirmapper "k8s.io/client-go/restmapper"

	"k8s.io/apimachinery/pkg/runtime/schema"

	ours "github.com/typewright/typewright/runtime/discovery"
	"github.com/typewright/typewright/runtime/discovery/cached/memory"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/restmapper"
)

func main() {
	groups := flag.Int("groups", 200, "groups of custom resources, each with one version and one resource")
	runs := flag.Int("runs", 5, "runs of each side, in turn")
	flag.Parse()
	if err := run(*groups, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "discovery:", err)
		os.Exit(1)
	}
}

// row is an operation that both sides can do.
type row struct {
	name         string
	theirs, ours func() error
}

func run(groups, runs int) error {
	for _, aggregated := range []bool{true, false} {
		c := newCluster(groups, aggregated)
		server := httptest.NewServer(c)
		err := compare(c, server.URL, runs)
		server.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func compare(c *cluster, url string, runs int) error {
	their, err := theirs.NewDiscoveryClientForConfig(&theirrest.Config{Host: url, QPS: -1})
	if err != nil {
		return err
	}
	our, err := ours.NewDiscoveryClientForConfig(&rest.Config{Host: url, QPS: -1})
	if err != nil {
		return err
	}
	last := schema.GroupKind{Group: groupName(c.groups - 1), Kind: "Thing"}
	rows := []row{
		{
			"all",
			func() error { _, _, err := their.ServerGroupsAndResources(); return err },
			func() error { _, _, err := our.ServerGroupsAndResources(); return err },
		},
		{
			"preferred",
			func() error { _, err := their.ServerPreferredResources(); return err },
			func() error { _, err := our.ServerPreferredResources(); return err },
		},
		{
			"map",
			func() error {
				_, err := theirmapper.NewDeferredDiscoveryRESTMapper(theirmemory.NewMemCacheClient(their)).RESTMapping(last)
				return err
			},
			func() error {
				_, err := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(our)).RESTMapping(last)
				return err
			},
		},
	}
	for _, r := range rows {
		if err := r.report(c, runs); err != nil {
			return err
		}
	}
	return nil
}

// figures holds what one run of a side took.
type figures struct{ ns, bytes, allocs, requests float64 }

func (r row) report(c *cluster, runs int) error {
	mode := map[bool]string{true: "aggregated", false: "legacy"}[c.aggregated]
	var their, our []figures
	for range runs {
		a, err := measure(c, r.theirs)
		if err != nil {
			return fmt.Errorf("client-go: %s: %w", r.name, err)
		}
		b, err := measure(c, r.ours)
		if err != nil {
			return fmt.Errorf("typewright: %s: %w", r.name, err)
		}
		their, our = append(their, a), append(our, b)
		for side, f := range map[string]figures{"client-go": a, "typewright": b} {
			fmt.Printf("BenchmarkDiscovery/%s/%s/%s 1 %.0f ns/op %.0f B/op %.0f allocs/op %.0f requests/op\n",
				mode, r.name, side, f.ns, f.bytes, f.allocs, f.requests)
		}
	}
	a, b := median(their), median(our)
	fmt.Printf("# %s %s: requests %.0f : %.0f, time %.2f : 1, memory %.2f : 1, allocations %.2f : 1\n",
		mode, r.name, a.requests, b.requests, a.ns/b.ns, a.bytes/b.bytes, a.allocs/b.allocs)
	return nil
}

func measure(c *cluster, work func() error) (figures, error) {
	var failed error
	c.requests.Store(0)
	if err := work(); err != nil { // opens the connections
		return figures{}, err
	}
	requests := float64(c.requests.Load())
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := work(); err != nil {
				failed = err
			}
		}
	})
	return figures{
		ns: float64(result.NsPerOp()), bytes: float64(result.AllocedBytesPerOp()), allocs: float64(result.AllocsPerOp()),
		requests: requests,
	}, failed
}

func median(all []figures) figures {
	of := func(get func(figures) float64) float64 {
		values := make([]float64, len(all))
		for i, f := range all {
			values[i] = get(f)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return figures{
		of(func(f figures) float64 { return f.ns }), of(func(f figures) float64 { return f.bytes }),
		of(func(f figures) float64 { return f.allocs }), of(func(f figures) float64 { return f.requests }),
	}
}
