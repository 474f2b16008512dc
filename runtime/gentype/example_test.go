package gentype_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/gentype"
	"github.com/typewright/typewright/runtime/typed"
)

// What client-gen emits for each kind is such a client in a struct.
func ExampleNewClientWithList() {
	types := runtime.NewScheme()
	if err := corev1.AddToScheme(types); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{Scheme: types, InMemory: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	client, err := group.RESTClientFor(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	maps := gentype.NewClientWithList("configmaps", client, group.ParameterCodec(), "default",
		func() *corev1.ConfigMap { return &corev1.ConfigMap{} }, func() *corev1.ConfigMapList { return &corev1.ConfigMapList{} })
	ctx := context.Background()
	if _, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "colors"}}, metav1.CreateOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	list, err := maps.List(ctx, metav1.ListOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(list.Items), list.Items[0].Name)
	// Output: 1 colors
}
