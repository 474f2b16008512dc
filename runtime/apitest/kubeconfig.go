package apitest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// Kubeconfig returns the path of a kubeconfig file for the server, with the credentials of [Server.Config], which lives as
// long as the server. A server in memory has none: kubectl could not reach it.
func (s *Server) Kubeconfig() (string, error) {
	if s.endpoint.transport() != nil {
		return "", errors.New("a server in memory has no kubeconfig: no other process reaches it")
	}
	data, err := s.kubeconfig()
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "apitest-")
		if err != nil {
			return "", err
		}
		s.dir = dir
	}
	path := filepath.Join(s.dir, "kubeconfig")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return "", fmt.Errorf("write the kubeconfig: %w", err)
	}
	return path, nil
}

// kubeconfig is the content of the file. Bytes are encoded as the format wants it.
func (s *Server) kubeconfig() ([]byte, error) {
	config := s.Config()
	cluster, user := map[string]any{"server": config.Host}, map[string]any{}
	if len(config.CAData) > 0 {
		cluster["certificate-authority-data"] = config.CAData
	}
	if len(config.CertData) > 0 {
		user["client-certificate-data"], user["client-key-data"] = config.CertData, config.KeyData
	}
	if config.BearerToken != "" {
		user["token"] = config.BearerToken
	}
	const name = "apitest"
	data, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": name,
		"clusters": []any{map[string]any{"name": name, "cluster": cluster}},
		"users":    []any{map[string]any{"name": name, "user": user}},
		"contexts": []any{map[string]any{"name": name, "context": map[string]any{"cluster": name, "user": name, "namespace": "default"}}},
	})
	if err != nil {
		return nil, fmt.Errorf("write the kubeconfig: %w", err)
	}
	return data, nil
}
