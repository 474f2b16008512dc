package controller_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
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

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/controller"
)

// tally counts the children of each namespace on the server, in the order in which it writes.
type tally struct {
	mu          sync.Mutex
	alive, most map[string]int
}

// count is an effect that counts creations and deletions. The lock is held while the server writes, so that nobody acts on a
// deletion before it is counted.
func (c *tally) count(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
	namespace := strings.Split(req.URL.Path, "/")[4]
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := &statusRecorder{ResponseWriter: w}
	defer func() { // also if a fault cuts the answer, by a panic
		switch {
		case answer.code/100 != 2:
		case req.Method == http.MethodPost:
			c.alive[namespace]++
			c.most[namespace] = max(c.most[namespace], c.alive[namespace])
		default:
			c.alive[namespace]--
		}
	}()
	next(answer, req)
}

type statusRecorder struct {
	http.ResponseWriter

	code int
}

func (r *statusRecorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// late delays each event of a watch by up to most.
func late(random *rand.Rand, most time.Duration) apitest.Effect {
	var mu sync.Mutex
	return apitest.RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
		mu.Lock()
		delay := time.Duration(random.Int64N(int64(most)))
		mu.Unlock()
		time.Sleep(delay)
		return [][]byte{event}, true
	})
}

// schedule is one random course of events: a controller that wants so many children of each parent, under late watches, while others
// touch parents, delete children, break watches and lose answers.
type schedule struct {
	seed            uint64
	random          *rand.Rand
	parents, wanted int
	maxWait         time.Duration
	tally           tally
}

// play returns the highest number of children that a parent had, and how many there are in the end.
func (s *schedule) play(t *testing.T) {
	t.Helper()
	w := newWorld(t)
	w.protobuf = s.seed%2 == 0
	s.tally = tally{alive: map[string]int{}, most: map[string]int{}}
	w.server.Inject(apitest.Fault{Verbs: []string{"watch"}, Do: late(rand.New(rand.NewPCG(s.seed, 2)), time.Duration(1+s.random.IntN(5))*time.Second)})
	if s.seed%3 == 0 {
		w.server.Inject(apitest.Fault{Verbs: []string{"create"}, Resource: "secrets", Skip: s.random.IntN(3), Times: 1 + s.random.IntN(2), Do: apitest.CutBody(0)})
	}
	w.server.Inject(apitest.Fault{Verbs: []string{"create", "delete"}, Resource: "secrets", Do: s.tally.count})
	c := newController(t, w, s.reconcile(w), controller.Options[*corev1.ConfigMap]{
		Watches: []controller.Watch{controller.Owns(w.childInformer())}, Workers: 1 + s.random.IntN(3), MaxWait: s.maxWait,
	})
	stopInformers := w.start()
	stop := run(t, c)
	for p := range s.parents {
		w.createParent(fmt.Sprintf("ns%d", p), "parent")
	}
	for range 4 + s.random.IntN(12) {
		time.Sleep(time.Duration(s.random.Int64N(int64(3 * time.Second))))
		s.disturb(t, w, c)
	}
	time.Sleep(10 * time.Minute) // bookmarks of a minute, and every event is late
	stop()
	stopInformers()
	assert.Empty(t, c.Status().Waiting, "seed %d", s.seed)
}

// reconcile returns a function that creates the children that the cache lacks, one or all at a time, or deletes those that
// are too many.
func (s *schedule) reconcile(w *world) controller.Func[*corev1.ConfigMap] {
	oneByOne := s.random.IntN(2) == 0
	var result controller.Result
	if s.random.IntN(2) == 0 {
		result.RequeueAfter = 700 * time.Millisecond
	}
	return func(ctx context.Context, obj *corev1.ConfigMap) (controller.Result, error) {
		for range max(0, s.wanted-len(w.cached(obj.Namespace))) {
			if _, err := w.children(obj.Namespace).Create(ctx, childOf(obj), metav1.CreateOptions{}); err != nil {
				return controller.Result{}, err
			}
			if oneByOne {
				break
			}
		}
		return result, nil
	}
}

// disturb does what others do in a cluster.
func (s *schedule) disturb(t *testing.T, w *world, c *controller.Controller[*corev1.ConfigMap]) {
	t.Helper()
	namespace := fmt.Sprintf("ns%d", s.random.IntN(s.parents))
	switch s.random.IntN(6) {
	case 0:
		w.server.Cut("watch")
	case 1:
		w.server.EndWatches()
	case 2:
		list, err := w.children(namespace).List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		if len(list.Items) > 0 {
			err := w.children(namespace).Delete(t.Context(), list.Items[s.random.IntN(len(list.Items))].Name, metav1.DeleteOptions{})
			require.True(t, err == nil || apierrors.IsNotFound(err), "%v", err)
		}
	default:
		obj, err := w.parents(namespace).Get(t.Context(), "parent", metav1.GetOptions{})
		require.NoError(t, err)
		obj.Data = map[string]string{"touched": strconv.FormatUint(s.random.Uint64(), 10)}
		_, err = w.parents(namespace).Update(t.Context(), obj, metav1.UpdateOptions{})
		require.NoError(t, err)
	}
	_ = c.Status() // may be asked for at any time
}

func playSchedule(t *testing.T, seed uint64, maxWait time.Duration) *schedule {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	s := &schedule{seed: seed, random: random, parents: 1 + random.IntN(3), wanted: 1 + random.IntN(4), maxWait: maxWait}
	synctest.Test(t, s.play)
	return s
}

// TestNeverOneMore runs random schedules, as many as -controller.schedules, in virtual time.
func TestNeverOneMore(t *testing.T) {
	for seed := *firstSeed; seed < *firstSeed+uint64(*schedules); seed++ {
		s := playSchedule(t, seed, 10*time.Minute)
		for p := range s.parents {
			namespace := fmt.Sprintf("ns%d", p)
			require.LessOrEqual(t, s.tally.most[namespace], s.wanted, "seed %d: %s had too many children", seed, namespace)
			require.Equal(t, s.wanted, s.tally.alive[namespace], "seed %d: %s has too few children in the end", seed, namespace)
		}
	}
}

var errNone = errors.New("no schedule made a child too many")

// TestOneMoreWithoutTheWait shows that the schedules find what they look for.
func TestOneMoreWithoutTheWait(t *testing.T) {
	err := errNone
	for seed := uint64(1); seed <= 20 && err != nil; seed++ {
		s := playSchedule(t, seed, -1)
		for _, most := range s.tally.most {
			if most > s.wanted {
				t.Logf("seed %d: %d children instead of %d", seed, most, s.wanted)
				err = nil
			}
		}
	}
	require.NoError(t, err)
}
