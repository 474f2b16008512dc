package certificate

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	certificatesv1 "k8s.io/api/certificates/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/internal/testutil/certtest"
	"github.com/typewright/typewright/runtime/internal/testutil/csrtest"
)

// memoryStore is a store without files.
type memoryStore struct {
	atomic.Pointer[tls.Certificate]
}

func (s *memoryStore) Current() (*tls.Certificate, error) {
	if current := s.Load(); current != nil {
		return current, nil
	}
	none := NoCertKeyError("none")
	return nil, &none
}

func (s *memoryStore) Update(cert, key []byte) (*tls.Certificate, error) {
	pair, err := parsePair(cert, key)
	s.Store(pair)
	return pair, err
}

type counter struct{ atomic.Int32 }

func (c *counter) Inc() { c.Add(1) }

type histogram []float64

func (h *histogram) Observe(value float64) { *h = append(*h, value) }

func robot() *x509.CertificateRequest {
	return &x509.CertificateRequest{Subject: pkix.Name{CommonName: "robot", Organization: []string{"robots"}}}
}

// start starts a manager of a cluster that ends with the test.
func start(t *testing.T, cluster *csrtest.Cluster, change func(*Config)) Manager {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	config := &Config{
		ClientsetFn:      func(*tls.Certificate) (*csrtest.Cluster, error) { return cluster, nil },
		Template:         robot(),
		SignerName:       certificatesv1.KubeAPIServerClientSignerName,
		Usages:           []certificatesv1.KeyUsage{certificatesv1.UsageClientAuth},
		CertificateStore: &memoryStore{},
		Ctx:              &ctx,
	}
	change(config)
	m, err := NewManager(config)
	require.NoError(t, err)
	m.Start()
	m.Start() // changes nothing
	t.Cleanup(func() {
		cancel()
		synctest.Wait()
	})
	return m
}

// at waits until a time after the bubble's beginning.
func at(after time.Duration) {
	time.Sleep(time.Until(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(after)))
	synctest.Wait()
}

func TestRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, ages := csrtest.Start(t, certificatesv1.SchemeGroupVersion), histogram{}
		m := start(t, cluster, func(c *Config) { c.CertificateRotation = &ages })
		assert.Nil(t, m.Current())
		assert.False(t, m.ServerHealthy())
		at(time.Second)
		names := cluster.Requests()
		require.Len(t, names, 1, "one is requested at once")
		cluster.Sign(names[0])
		at(2 * time.Second)
		first := m.Current()
		require.NotNil(t, first)
		assert.Equal(t, "robot", first.Leaf.Subject.CommonName)
		assert.True(t, m.ServerHealthy())

		at(41 * time.Minute) // it is valid for an hour
		assert.Len(t, cluster.Requests(), 1, "too early")
		at(55 * time.Minute)
		require.Len(t, cluster.Requests(), 2, "too late")
		assert.Same(t, first, m.Current())
		cluster.Sign(cluster.Unsigned()[0])
		at(55*time.Minute + time.Second)
		assert.NotEqual(t, first.PrivateKey, m.Current().PrivateKey)
		require.Len(t, ages, 1)
		assert.InDelta(t, (55 * time.Minute).Seconds(), ages[0], 60)

		m.Stop()
		m.Stop()
		at(24 * time.Hour)
		assert.Len(t, cluster.Requests(), 2, "stopped")
		assert.Nil(t, m.Current(), "expired")
	})
}

func TestACertificateThatNeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, failures := csrtest.Start(t, certificatesv1.SchemeGroupVersion), &counter{}
		cert, key := certtest.NewAuthority(t).Sign("robot", func(c *x509.Certificate) {
			c.Subject.Organization, c.NotBefore, c.NotAfter = []string{"robots"}, time.Now().Add(-time.Hour), time.Now().Add(20*time.Minute)
		})
		m := start(t, cluster, func(c *Config) {
			c.BootstrapCertificatePEM, c.BootstrapKeyPEM, c.CertificateRenewFailure = cert, key, failures
		})
		at(14 * time.Minute)
		assert.Len(t, cluster.Requests(), 1)
		assert.Zero(t, failures.Load())
		at(16 * time.Minute)
		assert.Len(t, cluster.Requests(), 2)
		assert.Equal(t, int32(1), failures.Load())
		assert.NotNil(t, m.Current(), "the one to begin with is good for now")
		at(21 * time.Minute)
		assert.Nil(t, m.Current(), "and has expired")
		at(24 * time.Hour)
		assert.Len(t, cluster.Requests(), 93, "one each quarter of an hour, and half a minute")

		for _, name := range cluster.Unsigned() {
			cluster.Sign(name)
		}
		at(24*time.Hour + time.Second)
		assert.NotNil(t, m.Current(), "the last one is still waited for")
	})
}

func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		err     error
		healthy bool
	}{
		"forbidden":    {apierrors.NewForbidden(schema.GroupResource{}, "", nil), true},
		"unauthorized": {apierrors.NewUnauthorized("who are you?"), true},
		"broken":       {apierrors.NewInternalError(errors.New("broken")), false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cluster, failures := csrtest.Start(t, certificatesv1.SchemeGroupVersion), &counter{}
				injection := cluster.Server.Inject(apitest.Fault{Do: apitest.Fail(test.err)})
				m := start(t, cluster, func(c *Config) { c.CertificateRenewFailure = failures })
				at(time.Second)
				assert.Equal(t, test.healthy, m.ServerHealthy())
				assert.Equal(t, int32(1), failures.Load())
				at(40 * time.Second) // 0, 2, 6, 14 and 30 seconds, and a tenth more
				assert.Equal(t, int32(5), failures.Load())
				injection.Remove()
				at(2 * time.Minute)
				cluster.Sign(cluster.Requests()[0])
				at(2*time.Minute + time.Second)
				assert.NotNil(t, m.Current())
			})
		})
	}
}

func TestASignerThatNeverSignsWhatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster, failures := csrtest.Start(t, certificatesv1.SchemeGroupVersion), &counter{}
		m := start(t, cluster, func(c *Config) { c.CertificateRenewFailure = failures })
		signed := 0
		for range 60 {
			time.Sleep(time.Second)
			for _, name := range cluster.Unsigned() {
				cluster.Sign(name, func(c *x509.Certificate) { c.Subject.Organization = nil })
				signed++
			}
		}
		assert.LessOrEqual(t, signed, 6, "there are pauses")
		assert.GreaterOrEqual(t, failures.Load(), int32(3))
		assert.Equal(t, "robot", m.Current().Leaf.Subject.CommonName)
	})
}

func TestAnotherTemplate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cluster := csrtest.Start(t, certificatesv1.SchemeGroupVersion)
		var template atomic.Pointer[x509.CertificateRequest]
		m := start(t, cluster, func(c *Config) { c.GetTemplate = template.Load })
		at(time.Minute)
		assert.Empty(t, cluster.Requests(), "there is no template")

		template.Store(robot())
		at(time.Minute + 2*time.Second)
		require.Len(t, cluster.Requests(), 1)
		named := robot()
		named.DNSNames, named.IPAddresses = []string{"robot.example"}, []net.IP{net.IPv4(10, 0, 0, 1)}
		template.Store(named)
		at(time.Minute + 4*time.Second)
		names := cluster.Requests()
		require.Len(t, names, 2, "the request for the first template is given up")
		cluster.Sign(names[0])
		cluster.Sign(names[1])
		at(time.Minute + 6*time.Second)
		require.NotNil(t, m.Current())

		less := robot()
		template.Store(less)
		at(5 * time.Minute)
		assert.Len(t, cluster.Requests(), 2, "what a certificate has besides does not matter")
		more := robot()
		more.DNSNames = []string{"robot.example", "droid.example"}
		template.Store(more)
		at(5*time.Minute + 3*time.Second)
		assert.Len(t, cluster.Requests(), 3)
	})
}

func TestTheCertificateToBeginWith(t *testing.T) {
	authority := certtest.NewAuthority(t)
	cert, key := authority.Sign("first")
	oldCert, oldKey := authority.Sign("old", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	config := func(store Store) *Config {
		return &Config{
			Template: robot(), Usages: []certificatesv1.KeyUsage{}, CertificateStore: store,
			BootstrapCertificatePEM: cert, BootstrapKeyPEM: key,
		}
	}
	store := &memoryStore{}
	m, err := NewManager(config(store))
	require.NoError(t, err)
	assert.Equal(t, "first", m.Current().Leaf.Subject.CommonName)
	assert.NotNil(t, store.Load(), "it is stored")

	_, err = store.Update(oldCert, oldKey)
	require.NoError(t, err)
	m, err = NewManager(config(store))
	require.NoError(t, err)
	assert.Equal(t, "first", m.Current().Leaf.Subject.CommonName, "the stored one has expired")

	withOther := config(&memoryStore{})
	withOther.BootstrapKeyPEM = oldKey
	_, err = NewManager(withOther)
	require.ErrorContains(t, err, "the certificate to begin with")
}

func TestConfigurationsThatAreWrong(t *testing.T) {
	usages := []certificatesv1.KeyUsage{}
	for name, config := range map[string]*Config{
		"no usages":   {},
		"both usages": {Usages: usages, GetUsages: DefaultKubeletServingGetUsages},
		"a value":     {Usages: usages, ClientsetFn: 5},
		"parameters":  {Usages: usages, ClientsetFn: func() (any, error) { return nil, nil }},
		"results":     {Usages: usages, ClientsetFn: func(*tls.Certificate) any { return nil }},
	} {
		config.CertificateStore = &memoryStore{}
		_, err := NewManager(config)
		require.Error(t, err, name)
	}
	var none func(*tls.Certificate) (any, error)
	m, err := NewManager(&Config{Usages: usages, ClientsetFn: none, CertificateStore: &memoryStore{}})
	require.NoError(t, err, "a nil function means that there is no function")
	m.Start()
}

func TestKeys(t *testing.T) {
	weak := func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P224(), rand.Reader) }
	unknown := func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	broken := func() (crypto.Signer, error) { return nil, errors.New("no entropy") }
	for want, generate := range map[string]func() (crypto.Signer, error){
		"ECDSA keys must have at least 256 bits": weak, "not a recognized type": unknown, "no entropy": broken,
	} {
		_, _, _, err := (&manager{generateKey: generate}).makeRequest(robot())
		require.ErrorContains(t, err, want)
	}
	_, _, _, err := (&manager{}).makeRequest(nil) //nolint:dogsled // the error is of interest
	require.ErrorContains(t, err, "no template")
}
