package csr

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	certificatesv1 "k8s.io/api/certificates/v1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cert"
	"github.com/typewright/typewright/runtime/internal/testutil/csrtest"
)

func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// ask requests a certificate for a name.
func ask(t *testing.T, client Clientset, name string, key crypto.Signer, commonName string) (string, types.UID, error) {
	t.Helper()
	request, err := cert.MakeCSR(key, &pkix.Name{CommonName: commonName}, nil, nil)
	require.NoError(t, err)
	hour := time.Hour
	return RequestCertificateWithContext(t.Context(), client, request, name, certificatesv1.KubeAPIServerClientSignerName, &hour,
		[]certificatesv1.KeyUsage{certificatesv1.UsageClientAuth}, key)
}

func TestACertificateIsSigned(t *testing.T) {
	for _, version := range []schema.GroupVersion{certificatesv1.SchemeGroupVersion, certificatesv1beta1.SchemeGroupVersion} {
		t.Run(version.Version, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := csrtest.Start(t, version)
				name, uid, err := ask(t, cluster, "", newKey(t), "robot")
				require.NoError(t, err)
				if version.Version == "v1beta1" {
					object, err := cluster.CertificatesV1beta1().CertificateSigningRequests().Get(t.Context(), name, metav1.GetOptions{})
					require.NoError(t, err)
					assert.Equal(t, int32(3600), *object.Spec.ExpirationSeconds)
					assert.Equal(t, []certificatesv1beta1.KeyUsage{certificatesv1beta1.UsageClientAuth}, object.Spec.Usages)
				}
				signed := make(chan struct{})
				go func() {
					defer close(signed)
					time.Sleep(time.Minute)
					cluster.Sign(name)
				}()
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				begun := time.Now()
				data, err := WaitForCertificate(ctx, cluster, name, uid)
				require.NoError(t, err)
				assert.Equal(t, time.Minute, time.Since(begun).Truncate(time.Second))
				<-signed
				certs, err := cert.ParseCertsPEM(data)
				require.NoError(t, err)
				assert.Equal(t, "robot", certs[0].Subject.CommonName)
			})
		})
	}
}

func TestACertificateThatNeverComes(t *testing.T) {
	for name, test := range map[string]struct {
		happens     func(t *testing.T, cluster *csrtest.Cluster, name string)
		err         string
		interrupted bool
	}{
		"nobody approves": {
			happens:     func(*testing.T, *csrtest.Cluster, string) {},
			err:         `certificate signing request "robot" has no certificate yet`,
			interrupted: true,
		},
		"nobody signs": {
			happens:     func(_ *testing.T, cluster *csrtest.Cluster, name string) { cluster.Decide(name, "Approved") },
			err:         `certificate signing request "robot" has no certificate yet`,
			interrupted: true,
		},
		"denied": {
			happens: func(_ *testing.T, cluster *csrtest.Cluster, name string) { cluster.Decide(name, "Denied") },
			err:     "certificate signing request is denied, reason: Test, message: by a test",
		},
		"failed": {
			happens: func(_ *testing.T, cluster *csrtest.Cluster, name string) { cluster.Decide(name, "Failed") },
			err:     "certificate signing request failed, reason: Test, message: by a test",
		},
		"deleted": {
			happens: func(t *testing.T, cluster *csrtest.Cluster, name string) {
				t.Helper()
				assert.NoError(t, cluster.CertificatesV1().CertificateSigningRequests().Delete(t.Context(), name, metav1.DeleteOptions{}))
			},
			err: `csr "robot" was deleted`,
		},
		"the server is away": {
			happens: func(_ *testing.T, cluster *csrtest.Cluster, _ string) {
				cluster.Server.Inject(apitest.Fault{Do: apitest.Fail(apierrors.NewInternalError(errors.New("away")))})
				cluster.Server.Cut()
			},
			err:         `certificate signing request "robot" has no certificate yet`,
			interrupted: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster := csrtest.Start(t, certificatesv1.SchemeGroupVersion)
				name, uid, err := ask(t, cluster, "robot", newKey(t), "robot")
				require.NoError(t, err)
				happened := make(chan struct{})
				go func() {
					defer close(happened)
					time.Sleep(time.Second)
					test.happens(t, cluster, name)
				}()
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				begun := time.Now()
				_, err = WaitForCertificate(ctx, cluster, name, uid)
				<-happened
				require.ErrorContains(t, err, test.err)
				assert.Equal(t, test.interrupted, wait.Interrupted(err))
				if test.interrupted {
					assert.Equal(t, time.Hour, time.Since(begun).Truncate(time.Second))
				} else {
					assert.Equal(t, time.Second, time.Since(begun).Truncate(time.Second))
				}
			})
		})
	}
}

func TestWaitingForAnotherRequestOfTheName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := csrtest.Start(t, certificatesv1.SchemeGroupVersion)
		name, _, err := ask(t, cluster, "robot", newKey(t), "robot")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		_, err = WaitForCertificate(ctx, cluster, name, "another")
		require.ErrorContains(t, err, `csr "robot" changed UIDs`)
	})
}

func TestRequestsThatCannotBeListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := csrtest.Start(t, certificatesv1.SchemeGroupVersion)
		cluster.Server.Inject(apitest.Fault{Do: apitest.Fail(apierrors.NewForbidden(schema.GroupResource{}, "robot", nil))})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begun := time.Now()
		_, err := WaitForCertificate(ctx, cluster, "robot", "uid")
		require.True(t, wait.Interrupted(err), "%v", err)
		require.ErrorContains(t, err, "they cannot be listed")
		assert.Equal(t, time.Minute, time.Since(begun).Truncate(time.Second))
	})
}

func TestARequestThatIsThereIsUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, key := csrtest.Start(t, certificatesv1.SchemeGroupVersion), newKey(t)
		name, uid, err := ask(t, cluster, "robot", key, "robot")
		require.NoError(t, err)

		again, sameUID, err := ask(t, cluster, "robot", key, "robot")
		require.NoError(t, err)
		assert.Equal(t, name, again)
		assert.Equal(t, uid, sameUID)

		_, _, err = ask(t, cluster, "robot", newKey(t), "robot")
		require.ErrorContains(t, err, "signed with another key")
		_, _, err = ask(t, cluster, "robot", key, "droid")
		require.ErrorContains(t, err, "csr subjects differ")

		cluster.Sign(name, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(time.Minute) })
		_, _, err = ask(t, cluster, "robot", key, "robot")
		require.NoError(t, err)
		time.Sleep(2 * time.Minute)
		_, _, err = ask(t, cluster, "robot", key, "robot")
		require.ErrorContains(t, err, "has expired")
	})
}

func TestARefusalKeepsItsStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := csrtest.Start(t, certificatesv1.SchemeGroupVersion)
		cluster.Server.Inject(apitest.Fault{Do: apitest.Fail(apierrors.NewForbidden(schema.GroupResource{}, "robot", nil))})
		_, _, err := ask(t, cluster, "robot", newKey(t), "robot")
		require.True(t, apierrors.IsForbidden(err), "%v", err)
		require.ErrorContains(t, err, "cannot create certificate signing request: ")
	})
}

// halves are clientsets that are none.
type (
	otherResult  struct{}
	withArgument struct{}
)

func (otherResult) CertificatesV1() error                 { return errors.New("no group") }
func (withArgument) CertificatesV1(string) *csrtest.Group { return nil }

func TestClientsetsThatAreNone(t *testing.T) {
	for _, client := range []any{nil, 5, (*csrtest.Group)(nil), otherResult{}, withArgument{}} {
		_, _, err := RequestCertificate(client, nil, "robot", "signer", nil, nil, nil)
		require.Error(t, err, "%T", client)
		_, err = WaitForCertificate(t.Context(), client, "robot", "")
		require.Error(t, err, "%T", client)
	}
}

func TestExpirationSeconds(t *testing.T) {
	assert.Equal(t, int32(90), *DurationToExpirationSeconds(90*time.Second + time.Millisecond))
	assert.Equal(t, 90*time.Second, ExpirationSecondsToDuration(90))
}
