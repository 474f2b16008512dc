package clientcmd

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// ErrEmptyConfig reports a kubeconfig in which there is nothing to choose from.
var ErrEmptyConfig = errors.New("no configuration has been provided, try setting KUBERNETES_MASTER environment variable")

// clientConfig makes a client configuration of the current context; a server's URL given here wins.
func clientConfig(config *api.Config, server string) (*rest.Config, error) {
	cluster, user, err := current(config)
	if err != nil {
		return nil, err
	}
	if server != "" {
		cluster.Server = server
	}
	if cluster.Server == "" {
		return nil, ErrEmptyConfig
	}
	built := &rest.Config{
		Host:               cluster.Server,
		DisableCompression: cluster.DisableCompression,
		TLSClientConfig: rest.TLSClientConfig{
			Insecure:   cluster.InsecureSkipTLSVerify,
			ServerName: cluster.TLSServerName,
			CAFile:     cluster.CertificateAuthority,
			CAData:     cluster.CertificateAuthorityData,
		},
	}
	if cluster.ProxyURL != "" {
		proxy, err := url.Parse(cluster.ProxyURL)
		if err != nil {
			return nil, fmt.Errorf("proxy-url: %w", err)
		}
		built.Proxy = http.ProxyURL(proxy)
	}
	if u, err := url.ParseRequestURI(cluster.Server); err == nil && u.Host != "" {
		u.RawQuery, u.Fragment = "", ""
		built.Host = u.String()
	}
	if rest.IsConfigTransportTLS(*built) {
		setUser(built, user)
	}
	return built, nil
}

// current returns copies of the cluster and the user of the current context, empty ones where there is none.
func current(config *api.Config) (api.Cluster, api.AuthInfo, error) {
	var cluster api.Cluster
	var user api.AuthInfo
	if config.CurrentContext == "" {
		return cluster, user, nil
	}
	context, ok := config.Contexts[config.CurrentContext]
	if !ok {
		return cluster, user, fmt.Errorf("context was not found for specified context: %s", config.CurrentContext)
	}
	c, ok := config.Clusters[context.Cluster]
	if !ok && context.Cluster != "" {
		return cluster, user, fmt.Errorf("context %q names the cluster %q, which does not exist", config.CurrentContext, context.Cluster)
	}
	if ok {
		cluster = *c
	}
	u, ok := config.AuthInfos[context.AuthInfo]
	if !ok && context.AuthInfo != "" {
		return cluster, user, fmt.Errorf("context %q names the user %q, who does not exist", config.CurrentContext, context.AuthInfo)
	}
	if ok {
		user = *u
	}
	return cluster, user, nil
}

// setUser adds who the user is. Credentials are sent over TLS alone.
func setUser(config *rest.Config, user api.AuthInfo) {
	config.Username, config.Password = user.Username, user.Password
	config.BearerToken, config.BearerTokenFile = user.Token, user.TokenFile
	config.CertFile, config.CertData = user.ClientCertificate, user.ClientCertificateData
	config.KeyFile, config.KeyData = user.ClientKey, user.ClientKeyData
	config.ExecProvider, config.AuthProvider = user.Exec, user.AuthProvider
	config.Impersonate = rest.ImpersonationConfig{
		UserName: user.Impersonate, UID: user.ImpersonateUID, Groups: user.ImpersonateGroups, Extra: user.ImpersonateUserExtra,
	}
}
