package clientcmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/runtime/clientcmd/api"
	"github.com/typewright/typewright/runtime/rest"
)

// serviceAccount is where pods find the credentials of their service account.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// podConfig is the ClientConfig of a pod. Of the overrides it knows the server, the token and the CA.
type podConfig struct {
	overrides *ConfigOverrides
}

var _ InClusterConfig = &podConfig{}

func (*podConfig) RawConfig() (api.Config, error) {
	return api.Config{}, errors.New("a pod has no kubeconfig: its credentials are for one cluster")
}

func (config *podConfig) ClientConfig() (*rest.Config, error) {
	built, err := rest.InClusterConfig()
	if err != nil {
		return nil, err
	}
	if over := config.overrides; over != nil {
		override(built, over)
	}
	return built, nil
}

func override(built *rest.Config, over *ConfigOverrides) {
	if over.ClusterInfo.Server != "" {
		built.Host = over.ClusterInfo.Server
	}
	if over.AuthInfo.Token != "" || over.AuthInfo.TokenFile != "" {
		built.BearerToken, built.BearerTokenFile = over.AuthInfo.Token, over.AuthInfo.TokenFile
	}
	if over.ClusterInfo.CertificateAuthority != "" {
		built.CAFile = over.ClusterInfo.CertificateAuthority
	}
}

// Namespace is that of $POD_NAMESPACE, which the downward API may set, or else that of the service account.
func (*podConfig) Namespace() (string, bool, error) {
	if namespace := os.Getenv("POD_NAMESPACE"); namespace != "" {
		return namespace, false, nil
	}
	if data, err := os.ReadFile(filepath.Join(serviceAccount, "namespace")); err == nil {
		if namespace := strings.TrimSpace(string(data)); namespace != "" {
			return namespace, false, nil
		}
	}
	return "default", false, nil
}

func (*podConfig) ConfigAccess() ConfigAccess { return NewDefaultClientConfigLoadingRules() }

func (*podConfig) Possible() bool {
	info, err := os.Stat(filepath.Join(serviceAccount, "token"))
	return err == nil && !info.IsDir() &&
		os.Getenv("KUBERNETES_SERVICE_HOST") != "" && os.Getenv("KUBERNETES_SERVICE_PORT") != ""
}
