package rest

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/internal/redact"
	"github.com/typewright/typewright/runtime/internal/within"
)

// DefaultServerURL turns a host, host:port or URL into the base URL of a server, and apiPath and groupVersion into the
// path of that group on it. A host without scheme means https with defaultTLS, else http. It fails where host is neither, and
// where a part of the path leads out of it.
func DefaultServerURL(host, apiPath string, groupVersion schema.GroupVersion, defaultTLS bool) (*url.URL, string, error) {
	if host == "" {
		return nil, "", errors.New("host must be a URL or a host:port pair: it is empty")
	}
	base, err := url.Parse(host)
	if err != nil || base.Scheme == "" || base.Host == "" {
		scheme := "http://"
		if defaultTLS {
			scheme = "https://"
		}
		if base, err = redact.ParseURL(scheme + host); err != nil {
			return nil, "", fmt.Errorf("host must be a URL or a host:port pair: %q: %w", redact.Address(host), err)
		}
		if base.Path != "" && base.Path != "/" {
			return nil, "", fmt.Errorf("host must be a URL or a host:port pair: %q", redact.Address(host))
		}
	}
	versioned, err := within.Path("/", apiPath, groupVersion.Group, groupVersion.Version)
	if err != nil {
		return nil, "", fmt.Errorf("the path of %q: %w", groupVersion, err)
	}
	return base, versioned, nil
}

// DefaultVersionedAPIPath is the path of a group and version below apiPath: /apis/group/version, or /api/version for the
// core group. A group or version that leads out of it makes a path that requests refuse.
func DefaultVersionedAPIPath(apiPath string, groupVersion schema.GroupVersion) string {
	return "/" + path.Join(strings.TrimLeft(apiPath, "/"), groupVersion.Group, groupVersion.Version)
}

// DefaultServerUrlFor is DefaultServerURL for what config says; TLS is the default where config speaks of it.
func DefaultServerUrlFor(config *Config) (*url.URL, string, error) {
	host := config.Host
	if host == "" {
		host = "localhost"
	}
	var gv schema.GroupVersion
	if config.GroupVersion != nil {
		gv = *config.GroupVersion
	}
	defaultTLS := config.Insecure || config.CAFile != "" || len(config.CAData) > 0 ||
		config.CertFile != "" || len(config.CertData) > 0
	return DefaultServerURL(host, config.APIPath, gv, defaultTLS)
}
