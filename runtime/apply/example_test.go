package apply_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/apply"
	"github.com/typewright/typewright/runtime/typed"
)

// A configuration is anything that becomes JSON; generated ones are made of functions such as corev1.ConfigMap.
func ExampleNewRequest() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{Scheme: scheme, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme).RESTClientFor(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	request, err := apply.NewRequest(client, map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "colors"}, "data": map[string]any{"sky": "blue"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	applied := &corev1.ConfigMap{}
	err = request.Namespace("default").Resource("configmaps").Name("colors").
		VersionedParams(&metav1.PatchOptions{FieldManager: "painter"}, metav1.ParameterCodec).
		Do(context.Background()).Into(applied)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(applied.Data, applied.ManagedFields[0].Manager, applied.ManagedFields[0].Operation)
	// Output: map[sky:blue] painter Apply
}
