package clientcmd

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode"

	"github.com/typewright/typewright/runtime/auth"
	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// DirectClientConfig is a ClientConfig of a kubeconfig in memory. It is not safe for concurrent use if it prompts the user.
type DirectClientConfig struct {
	config         api.Config
	contextName    string
	overrides      *ConfigOverrides
	fallbackReader io.Reader
	configAccess   ConfigAccess
	answers        *auth.Info // to the prompts
}

var _ OverridingClientConfig = &DirectClientConfig{}

// RawConfig returns the kubeconfig itself, not a copy.
func (config *DirectClientConfig) RawConfig() (api.Config, error) { return config.config, nil }

// ConfigAccess returns the configAccess of its constructor, which may be nil.
func (config *DirectClientConfig) ConfigAccess() ConfigAccess { return config.configAccess }

// MergedRawConfig returns a copy of the kubeconfig with the overrides in it.
func (config *DirectClientConfig) MergedRawConfig() (api.Config, error) {
	if err := config.ConfirmUsable(); err != nil {
		return api.Config{}, err
	}
	chosen, err := config.choose()
	if err != nil {
		return api.Config{}, err
	}
	merged := config.config.DeepCopy()
	merged.CurrentContext = chosen.contextName
	put(&merged.Contexts, chosen.contextName, &chosen.context)
	put(&merged.Clusters, chosen.context.Cluster, &chosen.cluster)
	put(&merged.AuthInfos, chosen.context.AuthInfo, &chosen.user)
	return *merged, nil
}

func put[T any](entries *map[string]*T, name string, entry *T) {
	if *entries == nil {
		*entries = map[string]*T{}
	}
	(*entries)[name] = entry
}

// ClientConfig builds the client configuration of the chosen context. It holds credentials only if the connection uses TLS.
func (config *DirectClientConfig) ClientConfig() (*rest.Config, error) {
	chosen, err := config.choose()
	if err != nil {
		return nil, err
	}
	if err := config.confirm(chosen); err != nil {
		return nil, err
	}
	built, err := restConfig(&chosen.cluster)
	if err != nil {
		return nil, err
	}
	if config.overrides != nil && config.overrides.Timeout != "" {
		if built.Timeout, err = ParseTimeout(config.overrides.Timeout); err != nil {
			return nil, err
		}
	}
	if chosen.user.Impersonate != "" {
		built.Impersonate = rest.ImpersonationConfig{
			UserName: chosen.user.Impersonate, UID: chosen.user.ImpersonateUID,
			Groups: chosen.user.ImpersonateGroups, Extra: chosen.user.ImpersonateUserExtra,
		}
	}
	if !rest.IsConfigTransportTLS(*built) {
		return built, nil
	}
	setServerIdentity(built, &chosen.cluster)
	if err := checkPEM(chosen); err != nil {
		return nil, err
	}
	return built, config.setUser(built, chosen)
}

// Namespace returns the namespace of the overrides, even if the kubeconfig is invalid, or else that of the chosen context.
func (config *DirectClientConfig) Namespace() (string, bool, error) {
	if config.overrides != nil && config.overrides.Context.Namespace != "" {
		return config.overrides.Context.Namespace, true, nil
	}
	if err := config.ConfirmUsable(); err != nil {
		return "", false, err
	}
	chosen, err := config.choose()
	if err != nil {
		return "", false, err
	}
	if chosen.context.Namespace == "" {
		return "default", false, nil
	}
	return chosen.context.Namespace, false, nil
}

// ConfirmUsable reports all that is wrong with the chosen context, its cluster and its user; other contexts may be as
// broken as they like. Where nothing is known of the cluster and nothing else is wrong, [IsEmptyConfig] holds.
func (config *DirectClientConfig) ConfirmUsable() error {
	chosen, err := config.choose()
	if IsContextNotFound(err) {
		return err
	}
	if err != nil {
		return invalid([]error{err})
	}
	return config.confirm(chosen)
}

func (config *DirectClientConfig) confirm(chosen *choice) error {
	if chosen.contextName != "" && config.config.Contexts[chosen.contextName] == nil {
		return &errContextNotFound{name: chosen.contextName}
	}
	errs := config.missing(chosen)
	errs = append(errs, validateUser(chosen.context.AuthInfo, &chosen.user)...)
	errs = append(errs, validateCluster(chosen.context.Cluster, &chosen.cluster)...)
	if len(errs) == 1 && errs[0] == ErrEmptyCluster { //nolint:errorlint // by itself, not within another
		errs[0] = ErrEmptyConfig
	}
	return invalid(errs)
}

// execExtension is the extension of a cluster that holds configuration for exec plugins, as
// client.authentication.k8s.io has it.
const execExtension = "client.authentication.k8s.io/exec"

// restConfig builds the part of a client configuration that holds nothing secret.
func restConfig(cluster *api.Cluster) (*rest.Config, error) {
	built := &rest.Config{Host: cluster.Server, DisableCompression: cluster.DisableCompression}
	if cluster.ProxyURL != "" {
		proxy, err := parseProxyURL(cluster.ProxyURL)
		if err != nil {
			return nil, fmt.Errorf("proxy-url: %w", err)
		}
		built.Proxy = proxyFunctions.function(proxy)
	}
	if u, err := url.ParseRequestURI(cluster.Server); err == nil && u.Opaque == "" && len(u.Path) > 1 {
		u.RawQuery, u.Fragment = "", ""
		built.Host = u.String()
	}
	return built, nil
}

func setServerIdentity(built *rest.Config, cluster *api.Cluster) {
	built.Insecure = cluster.InsecureSkipTLSVerify
	built.ServerName = cluster.TLSServerName
	built.CAFile, built.CAData = cluster.CertificateAuthority, cluster.CertificateAuthorityData
}

// setUser adds the credentials, and prompts for them when the kubeconfig has none and there is a reader to prompt.
func (config *DirectClientConfig) setUser(built *rest.Config, chosen *choice) error {
	user := &chosen.user
	token, err := tokenOf(user)
	if err != nil {
		return err
	}
	built.BearerToken, built.BearerTokenFile = token, user.TokenFile
	built.Username, built.Password = user.Username, user.Password
	if user.ClientCertificate != "" || len(user.ClientCertificateData) > 0 {
		built.CertFile, built.CertData = user.ClientCertificate, user.ClientCertificateData
		built.KeyFile, built.KeyData = user.ClientKey, user.ClientKeyData
	}
	built.AuthProvider = user.AuthProvider
	if user.Exec != nil {
		built.ExecProvider = user.Exec
		built.ExecProvider.InstallHint = printable(user.Exec.InstallHint)
		built.ExecProvider.Config = chosen.cluster.Extensions[execExtension]
	}
	if config.fallbackReader == nil || hasCredentials(user) {
		return nil
	}
	answers, err := config.prompt()
	if err == nil {
		built.Username, built.Password = answers.User, answers.Password
	}
	return err
}

// tokenOf returns the current token; package rest reads the file again when it changes.
func tokenOf(user *api.AuthInfo) (string, error) {
	if user.Token != "" || user.TokenFile == "" {
		return user.Token, nil
	}
	token, err := readFile(user.TokenFile)
	if err != nil {
		return "", fmt.Errorf("tokenFile: %w", err)
	}
	return strings.TrimSpace(string(token)), nil
}

// prompt asks the user once, and remembers the answers.
func (config *DirectClientConfig) prompt() (*auth.Info, error) {
	if config.answers == nil {
		answers, err := NewPromptingAuthLoader(config.fallbackReader).Prompt()
		if err != nil {
			return nil, err
		}
		config.answers = answers
	}
	return config.answers, nil
}

// printable replaces control characters, except spaces and line breaks, by their code points: the text comes from a file
// and is printed to a terminal.
func printable(text string) string {
	var out strings.Builder
	for _, r := range text {
		if unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z) || strings.ContainsRune("\t\n\v\f\r", r) {
			out.WriteRune(r)
		} else {
			fmt.Fprintf(&out, "%U", r)
		}
	}
	return out.String()
}
