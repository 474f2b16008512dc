package certificate

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	certificatesv1 "k8s.io/api/certificates/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
)

const (
	// requestTimeout is how long one request for a certificate is waited for.
	requestTimeout = 15 * time.Minute
	// templatePeriod is how often the template is asked for.
	templatePeriod = time.Second
)

// manager is the Manager. One goroutine requests certificates; others may ask for the current one.
type manager struct {
	clientsetFn   ClientsetFunc
	getTemplate   func() *x509.CertificateRequest
	changes       bool // whether getTemplate may return another template
	signerName    string
	lifetime      *time.Duration
	getUsages     func(privateKey interface{}) []certificatesv1.KeyUsage
	generateKey   func() (crypto.Signer, error) // nil for the default
	certStore     Store
	rotations     Histogram                                  // nil for none
	renewFailures Counter                                    // nil for none
	jitter        func(lifetime time.Duration) time.Duration // the part of its life after which a certificate is due; nil for the default
	now           func() time.Time
	ctx           context.Context
	cancel        context.CancelFunc
	starting      sync.Once

	mu            sync.RWMutex // for what follows
	cert          *tls.Certificate
	serverHealthy bool
	// forceRotation is whether a certificate is due even though there is one that fits the template.
	forceRotation bool
}

// NewManager returns a manager that has the certificate of the store, or the one to begin with. It is an error if a certificate cannot be
// read; none is no error.
func NewManager(config *Config) (Manager, error) {
	if (config.GetUsages == nil) == (config.Usages == nil) {
		return nil, errors.New("set one of Usages and GetUsages, and not both")
	}
	clientsetFn, err := checkClientsetFunc(config.ClientsetFn)
	if err != nil {
		return nil, err
	}
	m := &manager{
		clientsetFn: clientsetFn, getTemplate: config.GetTemplate, signerName: config.SignerName,
		lifetime: config.RequestedCertificateLifetime, getUsages: config.GetUsages, generateKey: config.GenerateKey,
		certStore: config.CertificateStore, rotations: config.CertificateRotation, renewFailures: config.CertificateRenewFailure,
		changes: config.GetTemplate != nil, now: time.Now,
	}
	if m.getTemplate == nil {
		m.getTemplate = func() *x509.CertificateRequest { return config.Template }
	}
	if m.getUsages == nil {
		m.getUsages = func(interface{}) []certificatesv1.KeyUsage { return config.Usages }
	}
	ctx := context.Background()
	if config.Ctx != nil {
		ctx = *config.Ctx
	}
	logger := klog.LoggerWithName(klog.FromContext(ctx), m.name(config.Name))
	m.cert, m.forceRotation, err = firstCertificate(logger, config.CertificateStore, config.BootstrapCertificatePEM, config.BootstrapKeyPEM)
	if err != nil {
		return nil, err
	}
	m.ctx, m.cancel = context.WithCancel(klog.NewContext(ctx, logger))
	return m, nil
}

// name is what log lines say.
func (m *manager) name(configured string) string {
	switch {
	case configured != "":
		return configured
	case m.signerName != "":
		return m.signerName
	case slices.Contains(m.getUsages(nil), certificatesv1.UsageClientAuth):
		return string(certificatesv1.UsageClientAuth)
	}
	return "certificate"
}

// firstCertificate is what a manager begins with, and whether another is due at once.
func firstCertificate(logger klog.Logger, store Store, bootstrapCert, bootstrapKey []byte) (first *tls.Certificate, due bool, err error) {
	current, err := store.Current()
	if none := (*NoCertKeyError)(nil); err != nil && !errors.As(err, &none) {
		return nil, false, err
	}
	if err == nil && current.Leaf != nil && time.Now().Before(current.Leaf.NotAfter) {
		return current, false, nil
	}
	if bootstrapCert == nil || bootstrapKey == nil {
		return nil, true, nil
	}
	bootstrap, err := parsePair(bootstrapCert, bootstrapKey)
	if err != nil {
		return nil, false, fmt.Errorf("the certificate to begin with: %w", err)
	}
	if _, err := store.Update(bootstrapCert, bootstrapKey); err != nil {
		logger.Error(err, "Cannot store the certificate to begin with")
	}
	return bootstrap, true, nil
}

func (m *manager) Current() *tls.Certificate {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.cert != nil && m.cert.Leaf != nil && m.now().After(m.cert.Leaf.NotAfter) {
		klog.FromContext(m.ctx).V(2).Info("The current certificate has expired", "notAfter", m.cert.Leaf.NotAfter)
		return nil
	}
	return m.cert
}

func (m *manager) ServerHealthy() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.serverHealthy
}

func (m *manager) Stop() { m.cancel() }

func (m *manager) Start() {
	m.starting.Do(func() { go m.run() })
}

// run requests certificates when they are due, until the manager is stopped.
func (m *manager) run() {
	logger := klog.FromContext(m.ctx)
	if m.clientsetFn == nil {
		logger.V(2).Info("Certificates are not rotated: there is no client")
		return
	}
	logger.V(2).Info("Certificates are rotated")
	for m.ctx.Err() == nil {
		m.pause(m.nextRotationDeadline(logger).Sub(m.now()), m.getTemplate())
		m.renew()
	}
}

// renew tries to get a certificate until there is one that fits the template. If there is no template, it returns after a while.
func (m *manager) renew() {
	pauses := wait.Backoff{Duration: 2 * time.Second, Factor: 2, Jitter: 0.1, Steps: 5, Cap: 32 * time.Second}
	for m.ctx.Err() == nil {
		template := m.getTemplate()
		if template == nil {
			m.pause(templatePeriod, nil)
			return
		}
		err := m.rotate(m.ctx, template)
		if err == nil && !m.certSatisfiesTemplate(klog.FromContext(m.ctx)) {
			err = errors.New("the new certificate lacks what its template asks for")
		}
		if err == nil || m.ctx.Err() != nil {
			return
		}
		if m.renewFailures != nil {
			m.renewFailures.Inc()
		}
		klog.FromContext(m.ctx).Error(err, "Cannot rotate the certificate")
		m.pause(pauses.Step(), template)
	}
}

// pause waits for a duration, or less if the manager is stopped or needs a certificate for another template than the one given.
func (m *manager) pause(duration time.Duration, than *x509.CertificateRequest) {
	if duration <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(m.ctx, duration)
	defer cancel()
	m.awaitOtherTemplate(ctx, than)
}

// awaitOtherTemplate waits until the certificate lacks what another template than the one given asks for, or the context ends.
func (m *manager) awaitOtherTemplate(ctx context.Context, than *x509.CertificateRequest) {
	if !m.changes {
		<-ctx.Done()
		return
	}
	_ = wait.PollUntilContextCancel(ctx, templatePeriod, false, func(ctx context.Context) (bool, error) {
		return !reflect.DeepEqual(than, m.getTemplate()) && !m.certSatisfiesTemplate(klog.FromContext(ctx)), nil
	}) // the error is that the context has ended
}

// certSatisfiesTemplate reports whether there is a certificate that has what the template asks for.
func (m *manager) certSatisfiesTemplate(logger klog.Logger) bool {
	m.mu.RLock()
	cert := m.cert
	m.mu.RUnlock()
	if cert == nil {
		return false
	}
	template := m.getTemplate()
	if template == nil {
		return true
	}
	lack := missing(template, cert.Leaf)
	if lack != "" {
		logger.V(2).Info("The current certificate lacks what the template asks for", "missing", lack)
	}
	return lack == ""
}

// nextRotationDeadline returns when the next certificate is to be requested.
func (m *manager) nextRotationDeadline(logger klog.Logger) time.Time {
	fits := m.certSatisfiesTemplate(logger)
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.forceRotation || !fits {
		return m.now()
	}
	jitter := m.jitter
	if jitter == nil {
		jitter = func(lifetime time.Duration) time.Duration { return wait.Jitter(lifetime/10*7, 2.0/7) } // 70 to 90 percent
	}
	leaf := m.cert.Leaf
	deadline := leaf.NotBefore.Add(jitter(leaf.NotAfter.Sub(leaf.NotBefore)))
	logger.V(2).Info("Determined when to rotate the certificate", "expiration", leaf.NotAfter, "deadline", deadline)
	return deadline
}

// use makes a certificate the current one and returns the one before.
func (m *manager) use(cert *tls.Certificate) (before *tls.Certificate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before = m.cert
	m.cert, m.serverHealthy, m.forceRotation = cert, true, false
	return before
}

// judgeServer sets what ServerHealthy reports after the server has refused a request.
func (m *manager) judgeServer(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	// An answer that is not in Kubernetes' words comes from something before the server, but for a 401, which is for this component.
	m.serverHealthy = apierrors.IsUnauthorized(err) ||
		!apierrors.IsUnexpectedServerError(err) && (apierrors.IsNotFound(err) || apierrors.IsForbidden(err))
}
