package csr

import (
	"context"
	"fmt"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
	watchtools "github.com/typewright/typewright/runtime/watch"
)

// retryPeriod is the pause after requests could not be listed.
const retryPeriod = time.Second

// WaitForCertificate waits until the request of a name and UID is approved and has a certificate, and returns the certificate. While
// requests cannot be listed it tries again. wait.Interrupted recognizes the error for a context that has ended.
func WaitForCertificate(ctx context.Context, client Clientset, reqName string, reqUID types.UID) (certData []byte, err error) {
	api, err := apiOf(client)
	if err != nil {
		return nil, err
	}
	source, example, err := api.follow(ctx, fields.OneTermEqualSelector(metav1.ObjectNameField, reqName).String())
	if err == nil {
		lw := cache.ToListWatcherWithWatchListSemantics(source, client)
		_, err = watchtools.UntilWithSync(ctx, lw, example, nil, func(event watch.Event) (met bool, err error) {
			certData, err = certificateIn(event, reqUID)
			return len(certData) > 0, err
		})
	}
	switch {
	case err == nil:
		return certData, nil
	case wait.Interrupted(err):
		return nil, wait.ErrorInterrupted(fmt.Errorf("certificate signing request %q has no certificate yet: %w", reqName, err))
	}
	return nil, fmt.Errorf("cannot watch on the certificate signing request: %w", err)
}

// follow returns what lists and watches requests with the version that the server knows, and an example of its objects.
func (a api) follow(ctx context.Context, fieldSelector string) (*cache.ListWatch, runtime.Object, error) {
	for {
		var failure error
		if a.v1 != nil {
			if _, failure = a.v1.List(ctx, metav1.ListOptions{FieldSelector: fieldSelector}); failure == nil {
				return listWatch(a.v1, fieldSelector), &certificatesv1.CertificateSigningRequest{}, nil
			}
		}
		if a.v1beta1 != nil && ctx.Err() == nil {
			_, err := a.v1beta1.List(ctx, metav1.ListOptions{FieldSelector: fieldSelector})
			if err == nil {
				return listWatch(a.v1beta1, fieldSelector), &certificatesv1beta1.CertificateSigningRequest{}, nil
			}
			if failure == nil {
				failure = err
			}
		}
		klog.FromContext(ctx).V(2).Info("Cannot list certificate signing requests", "err", failure)
		select {
		case <-ctx.Done():
			return nil, nil, wait.ErrorInterrupted(fmt.Errorf("they cannot be listed: %w", failure))
		case <-time.After(retryPeriod):
		}
	}
}

// listWatch lists and watches the requests that a field selector selects.
func listWatch[T, L runtime.Object](client requests[T, L], fieldSelector string) *cache.ListWatch {
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			opts.FieldSelector = fieldSelector
			return client.List(ctx, opts)
		},
		WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
			opts.FieldSelector = fieldSelector
			return client.Watch(ctx, opts)
		},
	}
}

// certificateIn returns the certificate that an event of a request tells of, or nothing if it has none yet. It is an error if it will
// never have one.
func certificateIn(event watch.Event, uid types.UID) ([]byte, error) {
	var request *certificatesv1.CertificateSigningRequest
	switch object := event.Object.(type) {
	case *certificatesv1.CertificateSigningRequest:
		request = object
	case *certificatesv1beta1.CertificateSigningRequest:
		request = fromV1beta1(object)
	default:
		return nil, fmt.Errorf("unexpected type received: %T", event.Object)
	}
	switch {
	case event.Type == watch.Deleted:
		return nil, fmt.Errorf("csr %q was deleted", request.Name)
	case event.Type != watch.Added && event.Type != watch.Modified:
		return nil, nil
	case request.UID != uid:
		return nil, fmt.Errorf("csr %q changed UIDs", request.Name)
	}
	approved := false
	for _, condition := range request.Status.Conditions {
		switch condition.Type {
		case certificatesv1.CertificateDenied:
			return nil, fmt.Errorf("certificate signing request is denied, reason: %s, message: %s", condition.Reason, condition.Message)
		case certificatesv1.CertificateFailed:
			return nil, fmt.Errorf("certificate signing request failed, reason: %s, message: %s", condition.Reason, condition.Message)
		case certificatesv1.CertificateApproved:
			approved = true
		}
	}
	if !approved {
		return nil, nil
	}
	return request.Status.Certificate, nil
}
