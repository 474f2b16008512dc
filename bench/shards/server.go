package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/sync/errgroup"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

const namespace = "default"

// beServer serves pods and leases until its input ends, and prints its address.
func beServer(_ context.Context, objects int, selects bool) error {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, coordinationv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return err
		}
	}
	pods := make([]runtime.Object, objects)
	for n := range pods {
		pods[n] = pod(n)
	}
	server, err := apitest.New(apitest.Options{Scheme: scheme, Objects: pods, Window: 10 * objects, ShardedListAndWatch: selects})
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Println(server.URL())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// pod returns a pod of about three kilobytes in JSON.
func pod(n int) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: namespace, Name: fmt.Sprintf("web-%05d", n),
		Labels:      map[string]string{"app.kubernetes.io/name": "web", "app.kubernetes.io/instance": fmt.Sprintf("web-%d", n%100)},
		Annotations: map[string]string{"example.com/notes": strings.Repeat("what other programs write ", 40)},
	}}
	for _, name := range []string{"web", "proxy", "metrics"} {
		p.Spec.Containers = append(p.Spec.Containers, corev1.Container{
			Name: name, Image: "registry.example.com/shop/" + name + ":1.27.3", Args: []string{"--listen=:8080", "--log-format=json"},
			Ports: []corev1.ContainerPort{{Name: name, ContainerPort: 8080, Protocol: corev1.ProtocolTCP}},
			Env:   []corev1.EnvVar{{Name: "REGION", Value: "eu-central-1"}, {Name: "ZONE", Value: "eu-central-1b"}},
		})
	}
	return p
}

// podsOf returns a client of the pods of a server.
func podsOf(config *rest.Config) (*typed.Client[*corev1.Pod, *corev1.PodList], error) {
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	client, err := group.RESTClientFor(config)
	if err != nil {
		return nil, err
	}
	return typed.NewClient(typed.Options[*corev1.Pod, *corev1.PodList]{
		Resource: "pods", REST: client, ParameterCodec: group.ParameterCodec(), Namespace: namespace, Namespaced: true,
		New: func() *corev1.Pod { return &corev1.Pod{} }, NewList: func() *corev1.PodList { return &corev1.PodList{} },
	}), nil
}

// change changes each pod once.
func change(ctx context.Context, url string) error {
	pods, err := podsOf(&rest.Config{Host: url, QPS: -1, Transport: &http.Transport{MaxIdleConnsPerHost: 4}})
	if err != nil {
		return err
	}
	list, err := pods.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	var changing errgroup.Group
	changing.SetLimit(4)
	for _, p := range list.Items {
		changing.Go(func() error {
			patch := []byte(`{"metadata":{"labels":{"changed":"yes"}}}`)
			_, err := pods.Patch(ctx, p.Name, types.MergePatchType, patch, metav1.PatchOptions{})
			return err
		})
	}
	return changing.Wait()
}
