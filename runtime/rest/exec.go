package rest

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/typewright/typewright/runtime/clientauthentication"
	"github.com/typewright/typewright/runtime/internal/redact"
)

// ConfigToExecCluster describes the cluster of config as a program that prints credentials is told of it. It reads the file of
// authorities, and asks for the proxy of the server.
func ConfigToExecCluster(config *Config) (*clientauthentication.Cluster, error) {
	files := *config
	files.CertFile, files.KeyFile = "", "" // they are the user's, not the cluster's
	if err := LoadTLSFiles(&files); err != nil {
		return nil, fmt.Errorf("failed to load CA bundle for execProvider: %w", err)
	}
	cluster := &clientauthentication.Cluster{
		Server:                   config.Host,
		TLSServerName:            config.ServerName,
		InsecureSkipTLSVerify:    config.Insecure,
		CertificateAuthorityData: files.CAData,
		DisableCompression:       config.DisableCompression,
	}
	if config.ExecProvider != nil {
		cluster.Config = config.ExecProvider.Config
	}
	if config.Proxy == nil {
		return cluster, nil
	}
	req, err := http.NewRequest(http.MethodGet, config.Host, nil) //nolint:noctx // it is asked about, never sent
	if err != nil {
		return nil, fmt.Errorf("failed to create proxy URL request for execProvider: %w", redact.Error(err))
	}
	proxy, err := config.Proxy(req)
	if err != nil {
		return nil, fmt.Errorf("failed to get proxy URL for execProvider: %w", redact.Error(err))
	}
	if proxy != nil {
		cluster.ProxyURL = proxy.String()
	}
	return cluster, nil
}

// ExecClusterToConfig returns the configuration of a client of the cluster, for programs that print credentials. It has no
// credentials itself.
func ExecClusterToConfig(cluster *clientauthentication.Cluster) (*Config, error) {
	config := &Config{
		Host: cluster.Server,
		TLSClientConfig: TLSClientConfig{
			Insecure: cluster.InsecureSkipTLSVerify, ServerName: cluster.TLSServerName, CAData: cluster.CertificateAuthorityData,
		},
		DisableCompression: cluster.DisableCompression,
	}
	if cluster.ProxyURL != "" {
		proxy, err := url.Parse(cluster.ProxyURL)
		if err != nil {
			return nil, fmt.Errorf("cannot parse proxy URL: %w", redact.Error(err))
		}
		config.Proxy = http.ProxyURL(proxy)
	}
	return config, nil
}
