package main

import (
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	incumbentdynamic "k8s.io/client-go/dynamic"
	incumbentinformer "k8s.io/client-go/dynamic/dynamicinformer"
	incumbentrest "k8s.io/client-go/rest"
	incumbentcache "k8s.io/client-go/tools/cache"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/dynamic/dynamicinformer"
	"github.com/typewright/typewright/runtime/rest"
)

// dynamicTypewright is an informer of pods as unstructured objects, which may share values.
func dynamicTypewright(config *rest.Config, shared bool, added, updated *atomic.Int64) (informer, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	var opts dynamicinformer.Options
	if shared {
		opts.SharedValues = new(cache.SharedValues)
	}
	i := dynamicinformer.NewFactory(client, opts).ForResource(corev1.SchemeGroupVersion.WithResource("pods")).Informer()
	_, err = i.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { added.Add(1) },
		UpdateFunc: func(_, _ any) { updated.Add(1) },
	})
	return i, err
}

// dynamicClientGo is client-go's informer of pods as unstructured objects.
func dynamicClientGo(config *incumbentrest.Config, added, updated *atomic.Int64) (informer, error) {
	client, err := incumbentdynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	indexers := incumbentcache.Indexers{incumbentcache.NamespaceIndex: incumbentcache.MetaNamespaceIndexFunc}
	i := incumbentinformer.NewFilteredDynamicInformer(
		client, corev1.SchemeGroupVersion.WithResource("pods"), metav1.NamespaceAll, 0, indexers, nil,
	).Informer()
	_, err = i.AddEventHandler(incumbentcache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { added.Add(1) },
		UpdateFunc: func(_, _ any) { updated.Add(1) },
	})
	return i, err
}
