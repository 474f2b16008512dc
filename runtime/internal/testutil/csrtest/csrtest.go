// Package csrtest is a cluster in memory for tests of requests for certificates, in which a test plays who approves and who signs.
package csrtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	certificatesv1 "k8s.io/api/certificates/v1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

type (
	// Requests is the client of CertificateSigningRequests.
	Requests = typed.Client[*certificatesv1.CertificateSigningRequest, *certificatesv1.CertificateSigningRequestList]
	// RequestsV1beta1 is that of their old version.
	RequestsV1beta1 = typed.Client[*certificatesv1beta1.CertificateSigningRequest, *certificatesv1beta1.CertificateSigningRequestList]
)

// Cluster is a server, its clientset, and a signer.
type Cluster struct {
	Server *apitest.Server

	t         testing.TB
	served    rest.Interface // of the version that the server knows
	v1        Group
	v1beta1   GroupV1beta1
	authority *ecdsa.PrivateKey
}

// Start starts a cluster that knows one version of the API. A bubble of testing/synctest may contain it.
func Start(t testing.TB, version schema.GroupVersion) *Cluster {
	t.Helper()
	known, all := runtime.NewScheme(), runtime.NewScheme()
	require.NoError(t, certificatesv1.AddToScheme(all))
	require.NoError(t, certificatesv1beta1.AddToScheme(all))
	if version == certificatesv1.SchemeGroupVersion {
		require.NoError(t, certificatesv1.AddToScheme(known))
	} else {
		require.NoError(t, certificatesv1beta1.AddToScheme(known))
	}
	authority, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	c := &Cluster{t: t, Server: apitest.Start(t, apitest.Options{Scheme: known, InMemory: true}), authority: authority}
	client := func(version schema.GroupVersion) rest.Interface {
		config := rest.CopyConfig(c.Server.Config())
		config.GroupVersion, config.APIPath, config.NegotiatedSerializer = &version, "/apis", serializer.NewCodecFactory(all).WithoutConversion()
		client, err := rest.RESTClientFor(config)
		require.NoError(t, err)
		return client
	}
	c.served = client(version)
	c.v1.rest, c.v1beta1.rest = client(certificatesv1.SchemeGroupVersion), client(certificatesv1beta1.SchemeGroupVersion)
	return c
}

// Group is the client of certificates.k8s.io/v1.
type Group struct{ rest rest.Interface }

// GroupV1beta1 is the client of certificates.k8s.io/v1beta1.
type GroupV1beta1 struct{ rest rest.Interface }

// CertificatesV1 makes a Cluster a clientset.
func (c *Cluster) CertificatesV1() *Group { return &c.v1 }

// CertificatesV1beta1 makes a Cluster a clientset.
func (c *Cluster) CertificatesV1beta1() *GroupV1beta1 { return &c.v1beta1 }

const resource = "certificatesigningrequests"

// CertificateSigningRequests returns the client of the kind.
func (g *Group) CertificateSigningRequests() *Requests {
	return typed.NewClient(typed.Options[*certificatesv1.CertificateSigningRequest, *certificatesv1.CertificateSigningRequestList]{
		Resource: resource, REST: g.rest, ParameterCodec: metav1.ParameterCodec,
		New: func() *certificatesv1.CertificateSigningRequest { return &certificatesv1.CertificateSigningRequest{} },
		NewList: func() *certificatesv1.CertificateSigningRequestList {
			return &certificatesv1.CertificateSigningRequestList{}
		},
	})
}

// CertificateSigningRequests returns the client of the kind.
func (g *GroupV1beta1) CertificateSigningRequests() *RequestsV1beta1 {
	return typed.NewClient(typed.Options[*certificatesv1beta1.CertificateSigningRequest, *certificatesv1beta1.CertificateSigningRequestList]{
		Resource: resource, REST: g.rest, ParameterCodec: metav1.ParameterCodec,
		New: func() *certificatesv1beta1.CertificateSigningRequest {
			return &certificatesv1beta1.CertificateSigningRequest{}
		},
		NewList: func() *certificatesv1beta1.CertificateSigningRequestList {
			return &certificatesv1beta1.CertificateSigningRequestList{}
		},
	})
}

// Requests returns the names of all requests of v1, in alphabetical order.
func (c *Cluster) Requests() []string {
	c.t.Helper()
	return c.names(func(certificatesv1.CertificateSigningRequest) bool { return true })
}

// Unsigned returns the names of those without a certificate.
func (c *Cluster) Unsigned() []string {
	c.t.Helper()
	return c.names(func(request certificatesv1.CertificateSigningRequest) bool {
		return len(request.Status.Certificate) == 0
	})
}

func (c *Cluster) names(of func(certificatesv1.CertificateSigningRequest) bool) []string {
	c.t.Helper()
	list, err := c.v1.CertificateSigningRequests().List(c.t.Context(), metav1.ListOptions{})
	require.NoError(c.t, err)
	var names []string
	for _, item := range list.Items {
		if of(item) {
			names = append(names, item.Name)
		}
	}
	return names
}

// Decide sets a condition of a request: Approved, Denied or Failed.
func (c *Cluster) Decide(name, condition string) {
	c.t.Helper()
	decision := map[string]any{"type": condition, "status": "True", "reason": "Test", "message": "by a test"}
	c.patch(name, "approval", map[string]any{"conditions": []map[string]any{decision}})
}

// Sign approves a request, and puts a certificate into it that is valid for an hour from now, unless change makes another of it.
func (c *Cluster) Sign(name string, change ...func(*x509.Certificate)) {
	c.t.Helper()
	c.Decide(name, "Approved")
	object := &certificatesv1.CertificateSigningRequest{} // both versions have the request in the same place
	raw, err := c.served.Get().Resource(resource).Name(name).DoRaw(c.t.Context())
	require.NoError(c.t, err)
	require.NoError(c.t, json.Unmarshal(raw, object))
	block, _ := pem.Decode(object.Spec.Request)
	require.NotNil(c.t, block)
	request, err := x509.ParseCertificateRequest(block.Bytes)
	require.NoError(c.t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: request.Subject, DNSNames: request.DNSNames, IPAddresses: request.IPAddresses,
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
	}
	for _, f := range change {
		f(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, request.PublicKey, c.authority)
	require.NoError(c.t, err)
	c.patch(name, "status", map[string]any{"certificate": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})})
}

func (c *Cluster) patch(name, subresource string, status map[string]any) {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"status": status})
	require.NoError(c.t, err)
	request := c.served.Patch(types.MergePatchType).Resource(resource).Name(name).SubResource(subresource).Body(body)
	require.NoError(c.t, request.Do(context.WithoutCancel(c.t.Context())).Error())
}
