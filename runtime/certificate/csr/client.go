package csr

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	certificatesv1 "k8s.io/api/certificates/v1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
)

// Clientset is a clientset that has CertificateSigningRequests: a value with a method CertificatesV1, CertificatesV1beta1 or both,
// without parameters, whose result has a method CertificateSigningRequests that returns a client of them. It is no interface with
// these methods, for then only the clients of one generated package would fit. For another value, functions return an error.
type Clientset interface{}

// requests is what this package needs of a client of CertificateSigningRequests.
type requests[T, L runtime.Object] interface {
	Create(ctx context.Context, request T, opts metav1.CreateOptions) (T, error)
	Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error)
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
}

type (
	requestsV1      = requests[*certificatesv1.CertificateSigningRequest, *certificatesv1.CertificateSigningRequestList]
	requestsV1beta1 = requests[*certificatesv1beta1.CertificateSigningRequest, *certificatesv1beta1.CertificateSigningRequestList]
)

// api is a clientset's clients of CertificateSigningRequests. One of them may be nil.
type api struct {
	v1      requestsV1
	v1beta1 requestsV1beta1
}

// apiOf finds the clients of a clientset. The names of the methods are constants where they are looked up, since the linker keeps
// every method of a program in which they are not.
func apiOf(client Clientset) (api, error) {
	if client == nil {
		return api{}, errors.New("there is no client to request certificates with")
	}
	var found api
	if group, ok := result(reflect.ValueOf(client).MethodByName("CertificatesV1")); ok {
		found.v1, _ = requestsOf[requestsV1](group)
	}
	if group, ok := result(reflect.ValueOf(client).MethodByName("CertificatesV1beta1")); ok {
		found.v1beta1, _ = requestsOf[requestsV1beta1](group)
	}
	if found.v1 == nil && found.v1beta1 == nil {
		return api{}, fmt.Errorf("%T is not a clientset with CertificateSigningRequests: "+
			"it has no method CertificatesV1 or CertificatesV1beta1 that returns a client with a method CertificateSigningRequests", client)
	}
	return found, nil
}

// requestsOf calls the method CertificateSigningRequests of the client of a group.
func requestsOf[R any](group reflect.Value) (R, bool) {
	client, ok := result(group.MethodByName("CertificateSigningRequests"))
	if !ok {
		var none R
		return none, false
	}
	return reflect.TypeAssert[R](client)
}

// result calls a method without parameters that has one result, and returns what an interface holds in place of the interface.
func result(method reflect.Value) (reflect.Value, bool) {
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 {
		return reflect.Value{}, false
	}
	value := method.Call(nil)[0]
	if value.Kind() == reflect.Interface {
		value = value.Elem()
	}
	return value, value.IsValid()
}

// legacySigner is the signer of requests of v1beta1 that name none. Version v1 refuses it.
const legacySigner = "kubernetes.io/legacy-unknown"

// create creates a request with v1 if that takes it and the server knows it, or with v1beta1.
func (a api) create(
	ctx context.Context, request *certificatesv1.CertificateSigningRequest,
) (*certificatesv1.CertificateSigningRequest, error) {
	spec := request.Spec
	if a.v1 != nil && (a.v1beta1 == nil || len(spec.Usages) > 0 && spec.SignerName != "" && spec.SignerName != legacySigner) {
		created, err := a.v1.Create(ctx, request, metav1.CreateOptions{})
		if a.v1beta1 == nil || !apierrors.IsNotFound(err) {
			return created, err
		}
	}
	old := &certificatesv1beta1.CertificateSigningRequest{
		ObjectMeta: request.ObjectMeta,
		Spec: certificatesv1beta1.CertificateSigningRequestSpec{
			Request: spec.Request, SignerName: &spec.SignerName, ExpirationSeconds: spec.ExpirationSeconds,
			Usages: convertAll[certificatesv1beta1.KeyUsage](spec.Usages),
		},
	}
	created, err := a.v1beta1.Create(ctx, old, metav1.CreateOptions{})
	if err != nil {
		return nil, err
	}
	return fromV1beta1(created), nil
}

// get reads a request.
func (a api) get(ctx context.Context, name string) (*certificatesv1.CertificateSigningRequest, error) {
	if a.v1 != nil {
		request, err := a.v1.Get(ctx, name, metav1.GetOptions{})
		if a.v1beta1 == nil || !apierrors.IsNotFound(err) {
			return request, err
		}
	}
	request, err := a.v1beta1.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	return fromV1beta1(request), nil
}

// fromV1beta1 converts what this package reads of a request.
func fromV1beta1(request *certificatesv1beta1.CertificateSigningRequest) *certificatesv1.CertificateSigningRequest {
	converted := &certificatesv1.CertificateSigningRequest{
		ObjectMeta: request.ObjectMeta,
		Spec: certificatesv1.CertificateSigningRequestSpec{
			Request: request.Spec.Request, Usages: convertAll[certificatesv1.KeyUsage](request.Spec.Usages),
		},
		Status: certificatesv1.CertificateSigningRequestStatus{Certificate: request.Status.Certificate},
	}
	if request.Spec.SignerName != nil {
		converted.Spec.SignerName = *request.Spec.SignerName
	}
	for _, condition := range request.Status.Conditions {
		converted.Status.Conditions = append(converted.Status.Conditions, certificatesv1.CertificateSigningRequestCondition{
			Type: certificatesv1.RequestConditionType(condition.Type), Reason: condition.Reason, Message: condition.Message,
		})
	}
	return converted
}

func convertAll[To, From ~string](values []From) []To {
	var converted []To
	for _, value := range values {
		converted = append(converted, To(value))
	}
	return converted
}
