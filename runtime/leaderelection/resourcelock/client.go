package resourcelock

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	coordinationv1 "k8s.io/api/coordination/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// LeaseClient is what a lock needs of a client of leases in a namespace.
type LeaseClient interface {
	Get(ctx context.Context, name string, opts metav1.GetOptions) (*coordinationv1.Lease, error)
	Create(ctx context.Context, lease *coordinationv1.Lease, opts metav1.CreateOptions) (*coordinationv1.Lease, error)
	Update(ctx context.Context, lease *coordinationv1.Lease, opts metav1.UpdateOptions) (*coordinationv1.Lease, error)
}

// LeasesOf is a client of coordination.k8s.io/v1 whose clients of leases are of type L. Each generated package has a type L of
// its own, which the compiler finds.
type LeasesOf[L LeaseClient] interface {
	Leases(namespace string) L
}

// LeasesGetter is a client of coordination.k8s.io/v1: a value with a method Leases that takes a namespace and returns a
// LeaseClient. It is no interface with that method, for then the method would have to return one certain type, and only the client
// of one package would fit. A lock with another value returns an error from each method.
type LeasesGetter interface{}

// CoreClient is a client of core/v1, which no lock needs any more.
type CoreClient interface{}

// leasesIn calls the method Leases of a client.
func leasesIn(client LeasesGetter, namespace string) (LeaseClient, error) {
	if client == nil {
		return nil, errors.New("the lock has no client of leases")
	}
	method := reflect.ValueOf(client).MethodByName("Leases")
	if method.IsValid() {
		t := method.Type()
		if t.NumIn() == 1 && t.In(0).Kind() == reflect.String && !t.IsVariadic() && t.NumOut() == 1 {
			if leases, ok := reflect.TypeAssert[LeaseClient](method.Call([]reflect.Value{reflect.ValueOf(namespace)})[0]); ok {
				return leases, nil
			}
		}
	}
	return nil, fmt.Errorf("%T is not a client of coordination.k8s.io/v1: it has no method Leases(namespace string) that returns a client of leases", client)
}

// leases is the client of NewFromKubeconfig.
type leases struct {
	rest   rest.Interface
	params runtime.ParameterCodec
}

func (l *leases) Leases(namespace string) LeaseClient {
	return typed.NewClient(typed.Options[*coordinationv1.Lease, *coordinationv1.LeaseList]{
		Resource: "leases", REST: l.rest, ParameterCodec: l.params, Namespace: namespace, Namespaced: true,
		New:     func() *coordinationv1.Lease { return &coordinationv1.Lease{} },
		NewList: func() *coordinationv1.LeaseList { return &coordinationv1.LeaseList{} },
	})
}
