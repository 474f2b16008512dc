// Package notices is the operator: a controller that keeps the copies of notices.
package notices

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"example.com/operator/apis/notices/v1alpha1"
	"example.com/operator/generated/clientset/versioned"
	"example.com/operator/generated/clientset/versioned/scheme"
	"example.com/operator/generated/informers/externalversions"

	"github.com/typewright/typewright/generated/kubernetes"
	"github.com/typewright/typewright/generated/kubernetes/informers"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/controller"
	"github.com/typewright/typewright/runtime/leaderelection"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/rest"
)

// Replica is one of several processes, of which one leads.
type Replica struct {
	Identity  string // which no other replica has
	Namespace string // where the lease of the leader is
}

// Run runs a replica until ctx ends, or until it leads no more. The caches of the replicas that do not lead are up to date too.
func Run(ctx context.Context, config *rest.Config, replica Replica) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	core, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	lock, err := resourcelock.NewFromKubeconfig(
		resourcelock.LeasesResourceLock, replica.Namespace, Name,
		resourcelock.ResourceLockConfig{Identity: replica.Identity}, config, 10*time.Second,
	)
	if err != nil {
		return err
	}
	sink, err := record.NewSink(config)
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(sink)
	r := &Reconciler{
		Client: client, Core: core,
		Events: broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: Name}),
	}
	ctx, cancel := context.WithCancel(ctx)
	own := externalversions.NewSharedInformerFactory(client, 0)
	// Of all config maps of the cluster the cache holds the copies alone.
	copies := informers.NewSharedInformerFactoryWithOptions(core, 0, informers.WithTweakListOptions(func(o *metav1.ListOptions) {
		o.LabelSelector = Label
	}))
	defer func() { cancel(); own.Shutdown(); copies.Shutdown() }()
	c, err := r.controller(own, copies)
	if err != nil {
		return err
	}
	own.StartWithContext(ctx)
	copies.StartWithContext(ctx)
	return leaderelection.Lead(ctx, leaderelection.LeaderElectionConfig{Lock: lock}, c.Run)
}

// controller reconciles a notice when it or one of its copies changes.
func (r *Reconciler) controller(own externalversions.SharedInformerFactory, copies informers.SharedInformerFactory) (*controller.Controller[*v1alpha1.Notice], error) {
	configMaps := copies.Core().V1().ConfigMaps()
	r.Copies = configMaps.Lister()
	return controller.New(own, r.Reconcile, controller.Options[*v1alpha1.Notice]{
		Name: Name,
		For:  own.Notices().V1alpha1().Notices().TypedInformer(),
		Watches: []controller.Watch{controller.Maps(configMaps.TypedInformer(), func(m *corev1.ConfigMap) []cache.ObjectName {
			return []cache.ObjectName{{Name: m.Labels[Label]}}
		})},
		Workers: 4,
	})
}
