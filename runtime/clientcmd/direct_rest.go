package clientcmd

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/clientcmd/auth"
	"github.com/typewright/typewright/runtime/rest"
)

// execExtension is the extension of a cluster that holds configuration for exec plugins, as
// client.authentication.k8s.io has it.
const execExtension = "client.authentication.k8s.io/exec"

// restConfig makes a configuration of a cluster, without anything secret in it.
func restConfig(cluster *api.Cluster) (*rest.Config, error) {
	built := &rest.Config{Host: cluster.Server, DisableCompression: cluster.DisableCompression}
	if cluster.ProxyURL != "" {
		proxy, err := parseProxyURL(cluster.ProxyURL)
		if err != nil {
			return nil, fmt.Errorf("proxy-url: %w", err)
		}
		built.Proxy = http.ProxyURL(proxy)
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

// setUser adds who the user is, and asks where the kubeconfig does not say it and there is somebody to ask.
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
	if config.fallbackReader == nil || identifies(user) {
		return nil
	}
	answers, err := config.ask()
	if err == nil {
		built.Username, built.Password = answers.User, answers.Password
	}
	return err
}

// tokenOf returns the token as it is now; rest reads the file again as it changes.
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

// ask asks once.
func (config *DirectClientConfig) ask() (*auth.Info, error) {
	if config.answers == nil {
		answers, err := NewPromptingAuthLoader(config.fallbackReader).Prompt()
		if err != nil {
			return nil, err
		}
		config.answers = answers
	}
	return config.answers, nil
}

// printable shows control characters, spaces and line breaks aside, by their number: a hint may come from anywhere, and
// is printed to a terminal.
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
