package weather

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apitest/netfault"
)

// TestSockets runs schedules in real time over TCP, through a proxy that breaks connections. They take as long as backing
// off takes, so they are fewer, and run at the same time.
func TestSockets(t *testing.T) {
	for i := range max(1, *schedules/25) {
		seed := *firstSeed + uint64(i)
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			socketSchedule(t, seed)
		})
	}
}

func socketSchedule(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	server := apitest.Start(t, apitest.Options{Scheme: scheme(), BookmarkInterval: 200 * time.Millisecond})
	proxy, err := netfault.New(strings.TrimPrefix(server.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	config := server.Config()
	config.Host, config.Transport = "http://"+proxy.Addr(), transport

	w := newWorld(t, rng, server)
	w.pace, w.quiet = 300, time.Second
	w.rest = w.untilReceived
	defer w.logOnFailure(seed)
	w.noteRequests()
	w.writes(20)
	w.informer = w.newInformer(clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, config, "configmaps", ""))
	w.addIndex()
	w.addHandler(0)
	w.run(func() {
		for range 8 + rng.IntN(8) {
			if rng.IntN(2) == 0 {
				w.act()
			} else {
				w.network(proxy)
			}
			time.Sleep(w.upTo(20 * time.Second))
		}
		proxy.SetDelay(0)
		proxy.BlackHole(false)
		proxy.Refuse(false)
		proxy.Garble(0)
		if w.clearUp(2 * time.Minute) {
			w.writes(5)
			w.atRest() // the informer watches again when these have arrived
			w.finale()
		}
	})
}

// network does something to the connections.
func (w *world) network(proxy *netfault.Proxy) {
	on := w.rng.IntN(3) == 0
	switch w.rng.IntN(6) {
	case 0:
		w.step("network: reset")
		proxy.Reset()
	case 1:
		w.step("network: half-closed")
		proxy.HalfClose()
	case 2:
		d := w.upTo(10 * time.Second)
		w.step("network: delayed %v", d)
		proxy.SetDelay(d)
	case 3:
		w.step("network: black hole %v", on)
		proxy.BlackHole(on)
	case 4:
		w.step("network: refusing %v", on)
		proxy.Refuse(on)
	case 5:
		w.step("network: garbled")
		proxy.Garble(1 + w.rng.IntN(2))
	}
}

// untilReceived waits until the store equals the server and every handler has received the same, or a minute has passed. The
// checks that follow report what still differs.
func (w *world) untilReceived() {
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(2 * time.Millisecond) {
		store, received := w.stored(), true
		for _, h := range w.handlers {
			received = received && len(differences("", h.state(), "", store)) == 0
		}
		if received && len(differences("", store, "", w.truth.save())) == 0 {
			return
		}
	}
}
