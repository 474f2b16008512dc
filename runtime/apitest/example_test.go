package apitest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/dynamic"
)

// A test uses Start, which ends the server with the test; here New and Close do.
func ExampleNew() {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		fmt.Println(err)
		return
	}
	server, err := apitest.New(apitest.Options{Scheme: scheme, Objects: []runtime.Object{
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "settings"}, Data: map[string]string{"color": "red"}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	resp, err := http.Get(server.URL() + "/api/v1/namespaces/default/configmaps/missing")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Status, strings.Contains(string(body), `configmaps \"missing\" not found`))
	// Output: 404 Not Found true
}

// The definition of a custom resource decides what the server accepts: here, which sizes are valid.
func ExampleOptions_definitions() {
	widgets := schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "widgets"}
	server, err := apitest.New(apitest.Options{InMemory: true, Objects: []runtime.Object{widgetDefinition()}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	client, err := dynamic.NewForConfig(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, size := range []int64{3, 99} {
		created, err := client.Resource(widgets).Namespace("default").Create(context.Background(), &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "example.com/v1", "kind": "Widget", "metadata": map[string]any{"name": "w"}, "spec": map[string]any{"size": size},
		}}, metav1.CreateOptions{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(created.Object["spec"])
	}
	// Output:
	// map[color:red size:3]
	// Widget.example.com "w" is invalid: spec.size: Invalid value: 99: spec.size in body should be less than or equal to 9
}

func widgetDefinition() *unstructured.Unstructured {
	size := map[string]any{"type": "integer", "maximum": int64(9)}
	color := map[string]any{"type": "string", "default": "red"}
	spec := map[string]any{"type": "object", "properties": map[string]any{"size": size, "color": color}}
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": map[string]any{"name": "widgets.example.com"},
		"spec": map[string]any{
			"group": "example.com", "scope": "Namespaced", "names": map[string]any{"plural": "widgets", "kind": "Widget"},
			"versions": []any{map[string]any{
				"name": "v1", "served": true, "storage": true,
				"schema": map[string]any{"openAPIV3Schema": map[string]any{"type": "object", "properties": map[string]any{"spec": spec}}},
			}},
		},
	}}
}
