package informers

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/typewright/typewright/generated/kubernetes/informers"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/typed"
	"github.com/typewright/typewright/test/e2e/cluster"
)

// kinds returns informers of twenty kinds.
func kinds(f informers.SharedInformerFactory) []cache.SharedInformer {
	core, apps, batch, rbac, net := f.Core().V1(), f.Apps().V1(), f.Batch().V1(), f.Rbac().V1(), f.Networking().V1()
	return []cache.SharedInformer{
		core.ConfigMaps().Informer(), core.Secrets().Informer(), core.Pods().Informer(), core.Services().Informer(),
		core.Namespaces().Informer(), core.Nodes().Informer(), core.ServiceAccounts().Informer(), core.Events().Informer(),
		core.PersistentVolumes().Informer(), core.PersistentVolumeClaims().Informer(),
		apps.Deployments().Informer(), apps.ReplicaSets().Informer(), apps.StatefulSets().Informer(), apps.DaemonSets().Informer(),
		batch.Jobs().Informer(), batch.CronJobs().Informer(), rbac.ClusterRoles().Informer(), rbac.RoleBindings().Informer(),
		net.Ingresses().Informer(), net.NetworkPolicies().Informer(),
	}
}

func TestTwentyKinds(t *testing.T) {
	for name, refuse := range map[string]bool{"streamed lists": false, "whole lists": true} {
		t.Run(name, func(t *testing.T) {
			seen := &requests{refuseStreams: refuse}
			config := live.Config()
			config.WrapTransport = seen.wrap
			client := clientset(t, config)
			factory := informers.NewSharedInformerFactory(client, 0)
			all := kinds(factory)
			require.Len(t, all, 20)
			factory.Start(t.Context().Done())
			waitForSync(t, all...)
			lists, _, streamed := seen.counts()
			if refuse {
				assert.Equal(t, 20, lists)
				assert.Positive(t, streamed)
				assert.LessOrEqual(t, streamed, 20, "after the first refusal the other informers of the factory try no streams")
			} else {
				assert.Equal(t, 20, streamed, "each kind is listed as a stream once")
				assert.Zero(t, lists)
			}

			ns := namespace(t, fmt.Sprintf("twenty-%v", refuse))
			created, err := client.CoreV1().ConfigMaps(ns).Create(t.Context(), configMap("a"), metav1.CreateOptions{})
			require.NoError(t, err)
			require.NoError(t, cache.WaitForObject(t.Context(), factory.Core().V1().ConfigMaps().Informer(), created))
			got, err := factory.Core().V1().ConfigMaps().Lister().ConfigMaps(ns).Get("a")
			require.NoError(t, err)
			assert.Equal(t, created.UID, got.UID)
			roles, err := client.RbacV1().ClusterRoles().List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			assert.Len(t, factory.Rbac().V1().ClusterRoles().Informer().GetStore().List(), len(roles.Items))
		})
	}
}

// TestTwentyThousandObjects lists 20,000 objects in pages, whole and as a stream.
func TestTwentyThousandObjects(t *testing.T) {
	const n, creators = 20_000, 16
	ns := namespace(t, "many")
	client := clientset(t, live.Config())
	var creating sync.WaitGroup
	for c := range creators {
		creating.Go(func() {
			for i := c; i < n; i += creators {
				if _, err := client.CoreV1().ConfigMaps(ns).Create(t.Context(), configMap(fmt.Sprintf("m-%05d", i)), metav1.CreateOptions{}); err != nil {
					t.Errorf("create: %v", err)
					return
				}
			}
		})
	}
	creating.Wait()
	require.False(t, t.Failed())
	defer func() {
		assert.NoError(t, client.CoreV1().ConfigMaps(ns).DeleteCollection(t.Context(), metav1.DeleteOptions{}, metav1.ListOptions{}))
	}()

	seen := &requests{}
	config := live.Config()
	config.WrapTransport = seen.wrap
	names := map[string]bool{}
	for cm, err := range typed.All[*corev1.ConfigMap](t.Context(), clientset(t, config).CoreV1().ConfigMaps(ns), metav1.ListOptions{Limit: 1000}) {
		require.NoError(t, err)
		names[cm.Name] = true
	}
	_, pages, _ := seen.counts()
	assert.Len(t, names, n)
	assert.Equal(t, n/1000-1, pages)

	for name, refuse := range map[string]bool{"streamed": false, "whole": true} {
		seen := &requests{refuseStreams: refuse}
		config := live.Config()
		config.WrapTransport = seen.wrap
		factory := informers.NewSharedInformerFactoryWithOptions(clientset(t, config), 0, informers.WithNamespace(ns))
		informer := factory.Core().V1().ConfigMaps().Informer()
		stop := startInformer(t, informer)
		waitForSync(t, informer)
		assert.Len(t, informer.GetStore().ListKeys(), n, name)
		stop()
	}
}

// TestCompactedHistory reconnects an informer to a server that has compacted the informer's resource version.
func TestCompactedHistory(t *testing.T) {
	ns := namespace(t, "compacted")
	config, proxy := throughProxy(t, cluster.Admin)
	direct := clientset(t, live.Config()).CoreV1().ConfigMaps(ns)
	for _, name := range []string{"stays", "goes"} {
		_, err := direct.Create(t.Context(), configMap(name), metav1.CreateOptions{})
		require.NoError(t, err)
	}
	factory := informers.NewSharedInformerFactoryWithOptions(clientset(t, config), 0, informers.WithNamespace(ns))
	maps := factory.Core().V1().ConfigMaps()
	unseen := make(chan bool, 10)
	_, err := cache.NewTypedSharedIndexInformer[*corev1.ConfigMap](maps.Informer()).AddTypedEventHandler(cache.TypedResourceEventHandlerFuncs[*corev1.ConfigMap]{
		DeleteFunc: func(d cache.DeletedObject[*corev1.ConfigMap]) {
			unseen <- d.FinalStateUnknown != nil && d.GetName() == "goes"
		},
	})
	require.NoError(t, err)
	startInformer(t, maps.Informer())
	waitForSync(t, maps.Informer())

	proxy.Refuse(true)
	proxy.Reset()
	require.NoError(t, direct.Delete(t.Context(), "goes", metav1.DeleteOptions{}))
	for i := range 20 {
		_, err := direct.Create(t.Context(), configMap(fmt.Sprint("new-", i)), metav1.CreateOptions{})
		require.NoError(t, err)
	}
	require.NoError(t, live.Compact(t.Context()))
	require.NoError(t, live.APIServer.Restart())
	proxy.Refuse(false)

	eventually(t, "the store has what the server has", func() bool { return len(maps.Informer().GetStore().ListKeys()) == 21 })
	select {
	case noticed := <-unseen:
		assert.True(t, noticed, "the final state of the deleted object is unknown")
	case <-time.After(timeout):
		t.Error("the handler did not get the deletion")
	}
}

// TestPermissionsRevokedAndGranted revokes the permissions of an informer while it watches, and grants them again.
func TestPermissionsRevokedAndGranted(t *testing.T) {
	ns := namespace(t, "rights")
	admin := clientset(t, live.Config())
	_, err := admin.RbacV1().Roles(ns).Create(t.Context(), &rbacv1.Role{
		ObjectMeta: metav1.ObjectMeta{Name: "reader"},
		Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, Verbs: []string{"list", "watch"}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	allow := func() {
		_, err := admin.RbacV1().RoleBindings(ns).Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "reader"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "reader"},
			Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: cluster.Bob}},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	config, proxy := throughProxy(t, cluster.Bob)
	factory := informers.NewSharedInformerFactoryWithOptions(clientset(t, config), 0, informers.WithNamespace(ns))
	informer := factory.Core().V1().ConfigMaps().Informer()
	startInformer(t, informer)
	eventually(t, "without rights the status says so", func() bool { return reason(informer) == cache.ReasonForbidden })
	allow()
	waitForSync(t, informer)
	eventually(t, "all is well", func() bool { return reason(informer) == "" })

	require.NoError(t, admin.RbacV1().RoleBindings(ns).Delete(t.Context(), "reader", metav1.DeleteOptions{}))
	eventually(t, "revoked rights show when the watch has to begin again", func() bool {
		proxy.Reset()
		return reason(informer) == cache.ReasonForbidden
	})
	created, err := admin.CoreV1().ConfigMaps(ns).Create(t.Context(), configMap("meanwhile"), metav1.CreateOptions{})
	require.NoError(t, err)
	status, _ := cache.StatusOf(informer)
	assert.True(t, status.Synced, "what was read once stays")
	require.ErrorContains(t, status.Err, `User "bob" cannot`)
	assert.Empty(t, informer.GetStore().ListKeys())
	allow()
	require.NoError(t, cache.WaitForObject(t.Context(), informer, created))
	eventually(t, "all is well again", func() bool { return reason(informer) == "" })
}

func reason(informer cache.SharedInformer) cache.FailureReason {
	status, _ := cache.StatusOf(informer)
	return status.Reason
}
