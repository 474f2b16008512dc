package cert

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	netutils "k8s.io/utils/net"

	"github.com/typewright/typewright/runtime/keyutil"
)

const (
	year = 365 * 24 * time.Hour
	// fixtureAge is how long certificates in a folder of fixtures are valid.
	fixtureAge = 100 * year
)

// Config describes a certificate.
type Config struct {
	CommonName   string
	Organization []string
	AltNames     AltNames
	Usages       []x509.ExtKeyUsage
	NotBefore    time.Time
}

// AltNames are the names and addresses of a server.
type AltNames struct {
	DNSNames []string
	IPs      []net.IP
}

// NewSelfSignedCACert makes the certificate of an authority, valid for ten years from now. Of cfg it uses the common name, which
// is also its DNS name, the organization, and the beginning, which is now by default.
func NewSelfSignedCACert(cfg Config, key crypto.Signer) (*x509.Certificate, error) {
	now := time.Now().UTC()
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: cfg.CommonName, Organization: cfg.Organization},
		NotBefore:             now,
		NotAfter:              now.Add(10 * year),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	if !cfg.NotBefore.IsZero() {
		template.NotBefore = cfg.NotBefore.UTC()
	}
	if cfg.CommonName != "" {
		template.DNSNames = []string{cfg.CommonName}
	}
	return sign(template, template, key.Public(), key)
}

// sign gives a template a random serial number and signs it.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(math.MaxInt64-1))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, fmt.Errorf("sign the certificate of %s: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// SelfSignedCertKeyOptions describe the certificate of a server that signs its own authority.
type SelfSignedCertKeyOptions struct {
	// Host is the name or address of the server. It must be set.
	Host string
	// AlternateIPs and AlternateDNS are further addresses and names.
	AlternateIPs []net.IP
	AlternateDNS []string

	// MaxAge is how long the certificate is valid, a year by default.
	MaxAge time.Duration

	// FixtureDirectory is for tests. A certificate and key are read from files of this folder, whose names are made of the host,
	// addresses and names: host_ip-ip_dns-dns.crt and .key. Without these files they are made, valid for a hundred years whatever
	// MaxAge says, and written there.
	FixtureDirectory string
}

// GenerateSelfSignedCertKey returns a certificate for a server, followed by that of its authority, and its key, in PEM. They are
// valid for a year. The key of the authority is forgotten.
func GenerateSelfSignedCertKey(host string, alternateIPs []net.IP, alternateDNS []string) ([]byte, []byte, error) {
	return GenerateSelfSignedCertKeyWithOptions(SelfSignedCertKeyOptions{
		Host: host, AlternateIPs: alternateIPs, AlternateDNS: alternateDNS,
	})
}

// GenerateSelfSignedCertKeyWithFixtures is [GenerateSelfSignedCertKey] with a folder of fixtures; see
// [SelfSignedCertKeyOptions].
func GenerateSelfSignedCertKeyWithFixtures(
	host string, alternateIPs []net.IP, alternateDNS []string, fixtureDirectory string,
) ([]byte, []byte, error) {
	return GenerateSelfSignedCertKeyWithOptions(SelfSignedCertKeyOptions{
		Host: host, AlternateIPs: alternateIPs, AlternateDNS: alternateDNS, FixtureDirectory: fixtureDirectory,
	})
}

// GenerateSelfSignedCertKeyWithOptions is [GenerateSelfSignedCertKey] with options. The certificate is valid since an hour ago,
// because clocks differ.
func GenerateSelfSignedCertKeyWithOptions(opts SelfSignedCertKeyOptions) (cert, key []byte, err error) {
	if opts.FixtureDirectory == "" {
		if opts.MaxAge == 0 {
			opts.MaxAge = year
		}
		return generate(opts)
	}
	opts.MaxAge = fixtureAge
	path := filepath.Join(opts.FixtureDirectory, fixtureName(opts))
	if cert, err = os.ReadFile(path + ".crt"); err == nil {
		if key, err = os.ReadFile(path + ".key"); err != nil {
			return nil, nil, fmt.Errorf("cert %s can be read, but key %s cannot: %w", path+".crt", path+".key", err)
		}
		return cert, key, nil
	}
	if cert, key, err = generate(opts); err != nil {
		return nil, nil, err
	}
	if err := WriteCert(path+".crt", cert); err != nil {
		return nil, nil, fmt.Errorf("failed to write cert fixture to %s: %w", path+".crt", err)
	}
	if err := keyutil.WriteKey(path+".key", key); err != nil {
		return nil, nil, fmt.Errorf("failed to write key fixture to %s: %w", path+".key", err)
	}
	return cert, key, nil
}

func fixtureName(opts SelfSignedCertKeyOptions) string {
	addresses := make([]string, 0, len(opts.AlternateIPs))
	for _, ip := range opts.AlternateIPs {
		addresses = append(addresses, ip.String())
	}
	return opts.Host + "_" + strings.Join(addresses, "-") + "_" + strings.Join(opts.AlternateDNS, "-")
}

// generate makes an authority and a certificate that it signs.
func generate(opts SelfSignedCertKeyOptions) (certPEM, keyPEM []byte, err error) {
	now := time.Now()
	from := now.Add(-time.Hour)
	authorityKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, fmt.Errorf("make the key of the authority of %s: %w", opts.Host, err)
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: fmt.Sprintf("%s-ca@%d", opts.Host, now.Unix())},
		NotBefore: from, NotAfter: from.Add(opts.MaxAge),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	authority, err := sign(template, template, authorityKey.Public(), authorityKey)
	if err != nil {
		return nil, nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, fmt.Errorf("make the key of %s: %w", opts.Host, err)
	}
	server := &x509.Certificate{
		Subject:   pkix.Name{CommonName: fmt.Sprintf("%s@%d", opts.Host, now.Unix())},
		NotBefore: from, NotAfter: from.Add(opts.MaxAge),
		KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if ip := netutils.ParseIPSloppy(opts.Host); ip != nil {
		server.IPAddresses = append(server.IPAddresses, ip)
	} else {
		server.DNSNames = append(server.DNSNames, opts.Host)
	}
	server.IPAddresses = append(server.IPAddresses, opts.AlternateIPs...)
	server.DNSNames = append(server.DNSNames, opts.AlternateDNS...)
	cert, err := sign(server, authority, key.Public(), authorityKey)
	if err != nil {
		return nil, nil, err
	}
	certPEM, err = EncodeCertificates(cert, authority)
	keyPEM = pem.EncodeToMemory(&pem.Block{Type: keyutil.RSAPrivateKeyBlockType, Bytes: x509.MarshalPKCS1PrivateKey(key)})
	return certPEM, keyPEM, err
}
