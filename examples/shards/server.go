package main

import (
	"fmt"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

// newServer starts an API server in this process that has robots.
func newServer(robots int) (*apitest.Server, error) {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, coordinationv1.AddToScheme} {
		if err := add(kinds); err != nil {
			return nil, err
		}
	}
	var objects []runtime.Object
	for i := range robots {
		objects = append(objects, &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("robot-%d", i)}})
	}
	return apitest.New(apitest.Options{Scheme: kinds, Resources: fake.Resources(), Objects: objects, ShardedListAndWatch: true})
}
