package clientcmd

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"

	"github.com/typewright/typewright/runtime/clientcmd/api"
)

// validateCluster reports what is wrong with a cluster. One of which nothing is known is ErrEmptyCluster, by itself.
func validateCluster(name string, cluster *api.Cluster) []error {
	if isEmptyCluster(cluster) {
		return []error{ErrEmptyCluster}
	}
	var errs []error
	report := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf(format+"%s", append(args, in(cluster.LocationOfOrigin))...))
	}
	switch {
	case cluster.Server != "":
	case name == "":
		report("default cluster has no server defined")
	default:
		report("no server found for cluster %q", name)
	}
	if cluster.ProxyURL != "" {
		if _, err := parseProxyURL(cluster.ProxyURL); err != nil {
			report("invalid 'proxy-url' for cluster %q: %w", name, err)
		}
	}
	if cluster.CertificateAuthority != "" {
		if len(cluster.CertificateAuthorityData) > 0 {
			report("certificate-authority-data and certificate-authority are both specified for %q: remove one of them", name)
		}
		if err := readable(cluster.CertificateAuthority); err != nil {
			report("unable to read certificate-authority for cluster %q: %w", name, err)
		}
	}
	return errs
}

func isEmptyCluster(cluster *api.Cluster) bool {
	rest := *cluster
	if len(rest.Extensions) == 0 {
		rest.Extensions = nil
	}
	return reflect.ValueOf(rest).IsZero()
}

// parseProxyURL reads a proxy's URL. Its errors do not repeat it: proxies may come with a password.
func parseProxyURL(proxyURL string) (*url.URL, error) {
	u, err := url.Parse(proxyURL)
	if err != nil {
		return nil, errors.New("it is no URL")
	}
	switch u.Scheme {
	case "http", "https", "socks5":
		return u, nil
	default:
		return nil, fmt.Errorf("unsupported scheme %q, must be http, https, or socks5", u.Scheme)
	}
}

// readable reports a file that cannot be opened; the error names it.
func readable(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return file.Close()
}
