package main

import (
	"fmt"
	"strconv"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/apis/fleet/v1beta1"
	"github.com/typewright/typewright/generated/clientset/versioned/fake"
	"github.com/typewright/typewright/generated/clientset/versioned/scheme"
	"github.com/typewright/typewright/runtime/apitest"
)

// newServer is an API server with a site, with robots, every second of which has no battery, with leases, and without docks.
func newServer() (*apitest.Server, error) {
	kinds := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, coordinationv1.AddToScheme} {
		if err := add(kinds); err != nil {
			return nil, err
		}
	}
	objects := []runtime.Object{&v1beta1.Site{ObjectMeta: metav1.ObjectMeta{Name: "harbour"}}}
	for i := range 60 {
		robot := &v1beta1.Robot{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: fmt.Sprintf("robot-%02d", i)}}
		robot.Labels = map[string]string{"battery": strconv.FormatBool(i%2 == 0)}
		objects = append(objects, robot)
	}
	return apitest.New(apitest.Options{Scheme: kinds, Resources: fake.Resources(), Objects: objects, ShardedListAndWatch: true})
}
