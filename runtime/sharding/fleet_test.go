package sharding_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/sharding"
	"github.com/typewright/typewright/runtime/typed"
)

var (
	fleets    = flag.Int("sharding.fleets", 2, "how many random schedules of informers and controllers to run")
	fleetSeed = flag.Uint64("sharding.fleetseed", 1, "the seed of the first schedule of informers and controllers")
)

// mistake is a defect that is planted between the membership and what uses it.
type mistake string

const (
	// noGate: handlers and reconciles begin whatever is held.
	noGate mistake = "no gate"
	// early: lost hashes are released before the handlers get to know of it.
	early mistake = "released early"
	// keeps: informers do not get to know of lost hashes.
	keeps mistake = "keeps what was lost"
	// misses: informers do not get to know of gained hashes.
	misses mistake = "misses what was gained"
	// undrained: ranges are handed over while handlers and reconciles work on them.
	undrained mistake = "hand-over before drain"
	// unchecked: handlers and reconciles begin with what was held when the member last looked, without a look at its lease.
	unchecked mistake = "lease not checked before handling"
	// trusts: a member believes the times in the leases of others, by its own clock.
	trusts mistake = "clock trusted across machines"
)

// activity is something that a replica did with an object for some time.
type activity struct {
	who, what  string
	uid        types.UID
	begun, end time.Time
}

type configMaps = typed.Client[*corev1.ConfigMap, *corev1.ConfigMapList]

// fleet is a server, replicas that share its objects, and what they did.
type fleet struct {
	t       *testing.T
	server  *apitest.Server
	objects *configMaps
	mistake mistake

	mu       sync.Mutex
	random   *rand.Rand
	replicas []*replica
	deeds    []activity
	handled  map[types.UID]string // the last version that was reconciled
}

func (f *fleet) chance(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.IntN(n)
}

// do takes some time, or less if ctx ends, and is noted.
func (f *fleet) do(ctx context.Context, d activity, on *host, most time.Duration) {
	d.begun = time.Now()
	d.end = on.spend(ctx, time.Duration(f.chance(int(most))))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deeds = append(f.deeds, d)
}

// clients are those of a replica, or of the fleet itself.
func clients(t *testing.T, config *rest.Config) (*configMaps, sharding.Leases) {
	t.Helper()
	config.QPS = -1
	core := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	coreClient, err := core.RESTClientFor(config)
	require.NoError(t, err)
	leases, err := sharding.NewLeases(config, "default")
	require.NoError(t, err)
	return typed.NewClient(typed.Options[*corev1.ConfigMap, *corev1.ConfigMapList]{
		Resource: "configmaps", REST: coreClient, ParameterCodec: core.ParameterCodec(), Namespace: "default", Namespaced: true,
		New: func() *corev1.ConfigMap { return &corev1.ConfigMap{} }, NewList: func() *corev1.ConfigMapList { return &corev1.ConfigMapList{} },
	}), leases
}

// replica is a process with a membership, an informer, a handler and a controller.
type replica struct {
	typed.InformerFactory[*replica, func(*replica, time.Duration) cache.SharedIndexInformer]

	fleet    *fleet
	name     string
	member   *sharding.Membership
	informer cache.TypedSharedIndexInformer[*corev1.ConfigMap]
	leave    func() // ends the membership
	end      func() // ends everything and waits

	host *host

	mu   sync.Mutex
	left bool
}

func (r *replica) OnAdd(cm *corev1.ConfigMap, _ bool) { r.activity("add", cm) }

func (r *replica) OnUpdate(_, cm *corev1.ConfigMap) { r.activity("update", cm) }

func (r *replica) OnDelete(cm cache.DeletedObject[*corev1.ConfigMap]) {
	r.activity("delete", cm.OptionalObj)
}

func (r *replica) OnLeft(cm *corev1.ConfigMap) { r.activity("left", cm) }

func (r *replica) activity(what string, cm *corev1.ConfigMap) {
	r.fleet.do(context.Background(), activity{who: r.name, what: what, uid: cm.UID}, r.host, 300*time.Millisecond)
}

func (r *replica) reconcile(ctx context.Context, cm *corev1.ConfigMap) (controller.Result, error) {
	r.host.goOn()
	if err := ctx.Err(); err != nil {
		return controller.Result{}, err
	}
	r.fleet.do(ctx, activity{who: r.name, what: "reconcile", uid: cm.UID}, r.host, 4*time.Second)
	if err := ctx.Err(); err != nil {
		return controller.Result{}, err
	}
	r.fleet.mu.Lock()
	defer r.fleet.mu.Unlock()
	r.fleet.handled[cm.UID] = cm.ResourceVersion
	return controller.Result{RequeueAfter: 5 * time.Second}, nil // so that those who are cut off have work too
}

// join starts a replica.
func (f *fleet) join(name string) {
	r := &replica{fleet: f, name: name, host: newHost(f.chance)}
	config := f.server.Config()
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) { return r.host.roundTrip(next, req) })
	})
	objects, leases := clients(f.t, config)
	if f.mistake == trusts {
		leases = trusting{leases, r.host}
	}
	quiet := klog.NewContext(context.Background(), logr.Discard())
	membership, leave := context.WithCancel(quiet)
	var err error
	r.member, err = sharding.JoinWith(membership, leases, sharding.Options{
		Group: "fleet", Identity: name, LeaseDuration: leaseDuration, MaxSkew: maxSkew, Grace: 3 * time.Second, Clock: r.host,
	}, sharding.SharedPlans)
	require.NoError(f.t, err)
	shards := &flawed{Membership: r.member, mistake: f.mistake, host: r.host}
	r.Options.Client, r.Options.Shards = r, shards
	sample := &corev1.ConfigMap{}
	r.informer = cache.NewTypedSharedIndexInformer[*corev1.ConfigMap](r.InformerFor(sample, func(*replica, time.Duration) cache.SharedIndexInformer {
		return typed.NewInformer[*corev1.ConfigMap](func() typed.ListWatcher[*corev1.ConfigMapList] { return objects }, typed.InformerOptions{
			Resource: corev1.SchemeGroupVersion.WithResource("configmaps"), SharedOptions: r.SharedOptions(sample),
		})
	}))
	_, err = r.informer.AddTypedEventHandler(r)
	require.NoError(f.t, err)
	c, err := controller.New(r, r.reconcile, controller.Options[*corev1.ConfigMap]{For: r.informer, Shards: shards, Workers: 3})
	require.NoError(f.t, err)
	running, cancel := context.WithCancel(quiet)
	r.StartWithContext(running)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = c.Run(running) // the end of the context may come before the informers have synced
	}()
	r.leave = leave
	r.end = sync.OnceFunc(func() {
		leave()
		r.member.Wait()
		cancel()
		<-ended
		r.Shutdown()
		r.host.connect(false)
	})
	f.mu.Lock()
	f.replicas = append(f.replicas, r)
	f.mu.Unlock()
}

// change changes an object: creates, updates or deletes one.
func (f *fleet) change() {
	ctx := context.Background()
	name := fmt.Sprintf("object-%d", f.chance(14))
	cm, err := f.objects.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err != nil:
		_, err = f.objects.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	case f.chance(4) == 0:
		err = f.objects.Delete(ctx, name, metav1.DeleteOptions{})
	default:
		cm.Data = map[string]string{"version": cm.ResourceVersion}
		_, err = f.objects.Update(ctx, cm, metav1.UpdateOptions{})
	}
	require.NoError(f.t, err)
}

// trouble does something to a replica.
func (f *fleet) trouble(names *int) {
	f.mu.Lock()
	r := f.replicas[f.random.IntN(len(f.replicas))]
	f.mu.Unlock()
	switch f.chance(9) {
	case 0, 1:
		r.host.connect(false)
	case 2:
		r.host.connect(true)
	case 3, 4, 5:
		r.host.stop(time.Duration(f.chance(int(longestStop))))
	case 6:
		r.leave()
		r.mu.Lock()
		r.left = true
		r.mu.Unlock()
	default:
		*names++
		f.join(fmt.Sprintf("member-%d", *names))
	}
}

// overlap returns two activities of two replicas on one object at the same time. A replica that was cut off or stopped may
// call a handler late for objects that left.
func (f *fleet) overlap() string {
	late := map[string]bool{}
	for _, r := range f.replicas {
		late[r.name] = r.host.late()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	byUID := map[types.UID][]activity{}
	for _, d := range f.deeds {
		if d.what != "left" || !late[d.who] {
			byUID[d.uid] = append(byUID[d.uid], d)
		}
	}
	for uid, deeds := range byUID {
		slices.SortFunc(deeds, func(a, b activity) int { return a.begun.Compare(b.begun) })
		for i, a := range deeds {
			for _, b := range deeds[i+1:] {
				if a.who != b.who && b.begun.Before(a.end) {
					return fmt.Sprintf("%s of %s by %s from %s to %s, %s by %s from %s", a.what, uid, a.who,
						a.begun.Format(time.StampMilli), a.end.Format(time.StampMilli), b.what, b.who, b.begun.Format(time.StampMilli))
				}
			}
		}
	}
	return ""
}

// incomplete returns what is wrong with the stores after some time of peace: each has what its replica holds, together they have all,
// and the last version of each object was reconciled.
func (f *fleet) incomplete() string {
	list, err := f.objects.List(context.Background(), metav1.ListOptions{})
	require.NoError(f.t, err)
	total := 0
	for _, r := range f.replicas {
		held := r.member.Status().Held
		for _, obj := range r.informer.GetStore().List() {
			cm, ok := obj.(*corev1.ConfigMap)
			if !r.left && (!ok || !held.Contains(r.member.HashOf(cm))) {
				return fmt.Sprintf("%s has %v, which it does not hold", r.name, obj)
			}
		}
		for i := range list.Items {
			cm := &list.Items[i]
			if !held.Contains(r.member.HashOf(cm)) {
				continue
			}
			total++
			obj, exists, err := r.informer.GetStore().GetByKey("default/" + cm.Name)
			if err != nil || !exists || obj.(metav1.Object).GetResourceVersion() != cm.ResourceVersion {
				return fmt.Sprintf("%s does not have %s as it is", r.name, cm.Name)
			}
		}
	}
	if total != len(list.Items) {
		return fmt.Sprintf("of %d objects %d are held", len(list.Items), total)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, cm := range list.Items {
		if f.handled[cm.UID] != cm.ResourceVersion {
			return fmt.Sprintf("%s was reconciled at %q, and is at %s", cm.Name, f.handled[cm.UID], cm.ResourceVersion)
		}
	}
	return ""
}

// sail runs a schedule and returns what was wrong.
func sail(t *testing.T, seed uint64, planted mistake) (problem string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		scheme := runtime.NewScheme()
		require.NoError(t, corev1.AddToScheme(scheme))
		require.NoError(t, coordinationv1.AddToScheme(scheme))
		f := &fleet{t: t, mistake: planted, random: rand.New(rand.NewPCG(seed, 24)), handled: map[types.UID]string{}}
		f.server = apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true, ShardedListAndWatch: seed%2 == 0})
		f.objects, _ = clients(t, f.server.Config())
		names := 2
		f.join("member-1")
		f.join("member-2")
		for range 5 + f.chance(6) {
			for range f.chance(8) {
				f.change()
				time.Sleep(time.Duration(f.chance(3000)) * time.Millisecond)
			}
			f.trouble(&names)
		}
		for _, r := range f.replicas {
			r.host.connect(true)
		}
		f.join("the-last")
		time.Sleep(longestStop + 80*time.Second)
		problem = f.overlap()
		if problem == "" {
			problem = f.incomplete()
		}
		for _, r := range f.replicas {
			r.end()
		}
	})
	return problem
}

// In no schedule do two replicas handle an object at once, in handlers of informers or in reconciles, and after the trouble each has
// what it holds, and each change was handled.
func TestFleets(t *testing.T) {
	for seed := *fleetSeed; seed < *fleetSeed+uint64(*fleets); seed++ {
		require.Empty(t, sail(t, seed, ""), "seed %d", seed)
	}
	t.Logf("%d schedules", *fleets)
}

// The schedules find mistakes of those who use a membership.
func TestMistakesAreFound(t *testing.T) {
	for planted, first := range map[mistake]uint64{noGate: 2, early: 0, keeps: 0, misses: 0, undrained: 0, unchecked: 1, trusts: 1} {
		t.Run(string(planted), func(t *testing.T) {
			const enough = 60
			for seed := first; seed < first+enough; seed++ { // the first finds it in most runs
				if problem := sail(t, seed, planted); problem != "" {
					t.Logf("seed %d: %s", seed, problem)
					return
				}
			}
			t.Errorf("not found in %d schedules", enough)
		})
	}
}
