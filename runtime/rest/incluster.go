package rest

import (
	"errors"
	"fmt"
	"net"
	"os"
)

// Where a pod finds the credentials of its service account.
const (
	serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token" //nolint:gosec // a path, not a token
	serviceAccountCA    = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
)

// ErrNotInCluster is returned by InClusterConfig outside of a pod.
var ErrNotInCluster = errors.New("unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined")

// InClusterConfig returns the configuration that Kubernetes gives to the programs in its pods: the server of the
// environment, the token and the CA of the pod's service account. Outside of a pod it fails with ErrNotInCluster.
func InClusterConfig() (*Config, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, ErrNotInCluster
	}
	token, err := os.ReadFile(serviceAccountToken)
	if err != nil {
		return nil, fmt.Errorf("read the service account's token: %w", err)
	}
	if _, err := os.Stat(serviceAccountCA); err != nil {
		return nil, fmt.Errorf("expected to load root CA config from %s: %w", serviceAccountCA, err)
	}
	return &Config{
		Host:            "https://" + net.JoinHostPort(host, port),
		TLSClientConfig: TLSClientConfig{CAFile: serviceAccountCA},
		BearerToken:     string(token),
		BearerTokenFile: serviceAccountToken,
	}, nil
}
