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
	fleets    = flag.Int("sharding.fleets", 2, "number of random schedules of informers and controllers to run")
	fleetSeed = flag.Uint64("sharding.fleetseed", 1, "the seed of the first schedule of informers and controllers")
)

// mistake is a bug that a test plants between the membership and the informers and controllers that use it.
type mistake string

const (
	// ownershipNotChecked lets handlers and reconciles begin for objects that the member does not hold.
	ownershipNotChecked mistake = "ownership not checked"
	// releasedEarly releases lost hashes before the informers know of the loss.
	releasedEarly mistake = "released early"
	// lossIgnored does not tell informers of lost hashes.
	lossIgnored mistake = "loss ignored"
	// gainIgnored does not tell informers of gained hashes.
	gainIgnored mistake = "gain ignored"
	// handedOverInUse hands over ranges while handlers and reconciles work on them.
	handedOverInUse mistake = "handed over in use"
	// leaseNotChecked lets handlers and reconciles begin for the hashes that were last reported as held, even if the lease has expired.
	leaseNotChecked mistake = "lease not checked"
	// remoteClockTrusted compares the times in the leases of others with the member's own clock.
	remoteClockTrusted mistake = "remote clock trusted"
)

// activity is a call of a handler or a reconcile: a replica worked on an object from begun to end.
type activity struct {
	who, what  string
	uid        types.UID
	begun, end time.Time
}

type configMaps = typed.Client[*corev1.ConfigMap, *corev1.ConfigMapList]

// fleet has a server, replicas that share its objects, and a record of what they did.
type fleet struct {
	t       *testing.T
	server  *apitest.Server
	objects *configMaps
	mistake mistake

	mu                 sync.Mutex
	random             *rand.Rand
	replicas           []*replica
	activities         []activity
	reconciledVersions map[types.UID]string // the resource version that was reconciled last
}

func (f *fleet) intn(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.random.IntN(n)
}

// recordActivity performs an activity for a random time below max, or until ctx ends, and records it.
func (f *fleet) recordActivity(ctx context.Context, d activity, on *host, limit time.Duration) {
	d.begun = time.Now()
	d.end = on.runFor(ctx, time.Duration(f.intn(int(limit))))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.activities = append(f.activities, d)
}

// clients returns clients of config maps and of leases, for a replica or for the test itself.
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
	end      func() // stops the replica and waits for it

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
	r.fleet.recordActivity(context.Background(), activity{who: r.name, what: what, uid: cm.UID}, r.host, 300*time.Millisecond)
}

func (r *replica) reconcile(ctx context.Context, cm *corev1.ConfigMap) (controller.Result, error) {
	r.host.waitWhileStopped()
	if err := ctx.Err(); err != nil {
		return controller.Result{}, err
	}
	r.fleet.recordActivity(ctx, activity{who: r.name, what: "reconcile", uid: cm.UID}, r.host, 4*time.Second)
	if err := ctx.Err(); err != nil {
		return controller.Result{}, err
	}
	r.fleet.mu.Lock()
	defer r.fleet.mu.Unlock()
	r.fleet.reconciledVersions[cm.UID] = cm.ResourceVersion
	return controller.Result{RequeueAfter: 5 * time.Second}, nil // so that replicas that are disconnected have work too
}

// join starts a replica that joins the group.
func (f *fleet) join(name string) {
	r := &replica{fleet: f, name: name, host: newHost(f.intn)}
	config := f.server.Config()
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) { return r.host.roundTrip(next, req) })
	})
	objects, leases := clients(f.t, config)
	if f.mistake == remoteClockTrusted {
		leases = clockTrustingLeases{leases, r.host}
	}
	quiet := klog.NewContext(context.Background(), logr.Discard())
	membership, leave := context.WithCancel(quiet)
	var err error
	r.member, err = sharding.JoinWithAssignments(membership, leases, sharding.Options{
		Group: "fleet", Identity: name, LeaseDuration: leaseDuration, MaxSkew: maxSkew, Grace: 3 * time.Second, Clock: r.host,
	}, sharding.SharedAssignments)
	require.NoError(f.t, err)
	shards := &flawedMembership{Membership: r.member, mistake: f.mistake, host: r.host}
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
		_ = c.Run(running) // the error of a context that ended before the informers had synced
	}()
	r.leave = leave
	r.end = sync.OnceFunc(func() {
		leave()
		r.member.Wait()
		cancel()
		<-ended
		r.Shutdown()
		r.host.setConnected(false)
	})
	f.mu.Lock()
	f.replicas = append(f.replicas, r)
	f.mu.Unlock()
}

// change creates, updates or deletes a random object.
func (f *fleet) change() {
	ctx := context.Background()
	name := fmt.Sprintf("object-%d", f.intn(14))
	cm, err := f.objects.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err != nil:
		_, err = f.objects.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	case f.intn(4) == 0:
		err = f.objects.Delete(ctx, name, metav1.DeleteOptions{})
	default:
		cm.Data = map[string]string{"version": cm.ResourceVersion}
		_, err = f.objects.Update(ctx, cm, metav1.UpdateOptions{})
	}
	require.NoError(f.t, err)
}

// injectFault disconnects, connects, stops or adds a replica, or ends its membership.
func (f *fleet) injectFault(names *int) {
	f.mu.Lock()
	r := f.replicas[f.random.IntN(len(f.replicas))]
	f.mu.Unlock()
	switch f.intn(9) {
	case 0, 1:
		r.host.setConnected(false)
	case 2:
		r.host.setConnected(true)
	case 3, 4, 5:
		r.host.stop(time.Duration(f.intn(int(maxStop))))
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

// overlap describes two activities of different replicas on one object at the same time; it is empty if there are none. It ignores calls
// of OnLeft by replicas that were ever disconnected or stopped: these may be late.
func (f *fleet) overlap() string {
	disturbed := map[string]bool{}
	for _, r := range f.replicas {
		disturbed[r.name] = r.host.wasDisturbed()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	byUID := map[types.UID][]activity{}
	for _, d := range f.activities {
		if d.what != "left" || !disturbed[d.who] {
			byUID[d.uid] = append(byUID[d.uid], d)
		}
	}
	for uid, activities := range byUID {
		slices.SortFunc(activities, func(a, b activity) int { return a.begun.Compare(b.begun) })
		for i, a := range activities {
			for _, b := range activities[i+1:] {
				if a.who != b.who && b.begun.Before(a.end) {
					return fmt.Sprintf("%s of %s by %s from %s to %s, %s by %s from %s", a.what, uid, a.who,
						a.begun.Format(time.StampMilli), a.end.Format(time.StampMilli), b.what, b.who, b.begun.Format(time.StampMilli))
				}
			}
		}
	}
	return ""
}

// incomplete describes what is missing after some time without faults; it is empty if all is well: the store of each replica has exactly
// the objects that the replica holds, together they have all objects, and the last version of each object was reconciled.
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
		if f.reconciledVersions[cm.UID] != cm.ResourceVersion {
			return fmt.Sprintf("%s was reconciled at %q, and is at %s", cm.Name, f.reconciledVersions[cm.UID], cm.ResourceVersion)
		}
	}
	return ""
}

// runFleet runs a random schedule of changes and faults, and returns a violated promise, or nothing.
func runFleet(t *testing.T, seed uint64, planted mistake) (problem string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		scheme := runtime.NewScheme()
		require.NoError(t, corev1.AddToScheme(scheme))
		require.NoError(t, coordinationv1.AddToScheme(scheme))
		f := &fleet{t: t, mistake: planted, random: rand.New(rand.NewPCG(seed, 24)), reconciledVersions: map[types.UID]string{}}
		f.server = apitest.Start(t, apitest.Options{Scheme: scheme, InMemory: true, ShardedListAndWatch: seed%2 == 0})
		f.objects, _ = clients(t, f.server.Config())
		names := 2
		f.join("member-1")
		f.join("member-2")
		for range 5 + f.intn(6) {
			for range f.intn(8) {
				f.change()
				time.Sleep(time.Duration(f.intn(3000)) * time.Millisecond)
			}
			f.injectFault(&names)
		}
		for _, r := range f.replicas {
			r.host.setConnected(true)
		}
		f.join("last")
		time.Sleep(maxStop + 80*time.Second)
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

// In no schedule do two replicas handle an object at once, in event handlers or in reconciles. After the faults each replica's store has
// what the replica holds, and the last change of each object was reconciled.
func TestFleets(t *testing.T) {
	for seed := *fleetSeed; seed < *fleetSeed+uint64(*fleets); seed++ {
		require.Empty(t, runFleet(t, seed, ""), "seed %d", seed)
	}
	t.Logf("%d schedules", *fleets)
}

// The schedules find bugs in how informers and controllers use a membership.
func TestPlantedMistakesAreFound(t *testing.T) {
	for planted, first := range map[mistake]uint64{ownershipNotChecked: 2, releasedEarly: 0, lossIgnored: 0, gainIgnored: 0, handedOverInUse: 0, leaseNotChecked: 1, remoteClockTrusted: 1} {
		t.Run(string(planted), func(t *testing.T) {
			const enough = 60
			for seed := first; seed < first+enough; seed++ { // the first seed finds it in most runs
				if problem := runFleet(t, seed, planted); problem != "" {
					t.Logf("seed %d: %s", seed, problem)
					return
				}
			}
			t.Errorf("not found in %d schedules", enough)
		})
	}
}
