package sites

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/typewright/typewright/generated/clientset/versioned"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/generated/informers/externalversions"
	"github.com/typewright/typewright/runtime/leaderelection"
	"github.com/typewright/typewright/runtime/leaderelection/resourcelock"
	"github.com/typewright/typewright/runtime/record"
	"github.com/typewright/typewright/runtime/rest"
)

// Run runs a replica until ctx ends. Its informers are up to date also while another replica leads.
func Run(ctx context.Context, config *rest.Config, identity string, newController New) error {
	client, err := versioned.NewForConfig(config)
	if err != nil {
		return err
	}
	sink, err := record.NewSink(config)
	if err != nil {
		return err
	}
	candidate := resourcelock.ResourceLockConfig{Identity: identity}
	lock, err := resourcelock.NewFromKubeconfig(resourcelock.LeasesResourceLock, "default", Name, candidate, config, 10*time.Second)
	if err != nil {
		return err
	}
	broadcaster := record.NewBroadcaster()
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(sink)
	events := broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: Name})

	ctx, cancel := context.WithCancel(ctx)
	factory := externalversions.NewSharedInformerFactory(client, 10*time.Minute)
	defer factory.Shutdown()
	defer cancel()
	work, err := newController(factory, Keeper{Client: client, Events: events})
	if err != nil {
		return err
	}
	factory.StartWithContext(ctx)
	return leaderelection.Lead(ctx, leaderelection.LeaderElectionConfig{Lock: lock}, work)
}
