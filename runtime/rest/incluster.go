package rest

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"k8s.io/klog/v2"
)

// serviceAccount is where a pod finds the credentials of its service account.
const serviceAccount = "/var/run/secrets/kubernetes.io/serviceaccount"

// ErrNotInCluster is returned by InClusterConfig outside of a pod.
var ErrNotInCluster = errors.New("unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined")

// InClusterConfig returns the configuration that Kubernetes gives to the programs in its pods: the server of the
// environment, the token and the CA of the pod's service account, both of which are read again when they change. Outside of
// a pod it fails with ErrNotInCluster. A token that cannot be read is an error. A CA that cannot be read is logged, and the
// CAs of the system are trusted instead.
func InClusterConfig() (*Config, error) { return inClusterConfig(serviceAccount) }

func inClusterConfig(folder string) (*Config, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, ErrNotInCluster
	}
	tokenFile, caFile := filepath.Join(folder, "token"), filepath.Join(folder, "ca.crt")
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, fmt.Errorf("read the service account's token: %w", err)
	}
	config := &Config{
		Host:            "https://" + net.JoinHostPort(host, port),
		BearerToken:     string(token),
		BearerTokenFile: tokenFile,
	}
	ca, err := os.ReadFile(caFile)
	switch {
	case err != nil:
		klog.Background().Error(err, "Expected to load root CA config", "file", caFile)
	case !x509.NewCertPool().AppendCertsFromPEM(ca):
		klog.Background().Error(nil, "Expected to load root CA config: there is no PEM certificate in the file", "file", caFile)
	default:
		config.CAFile = caFile
	}
	return config, nil
}
