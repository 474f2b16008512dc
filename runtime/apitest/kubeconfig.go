package apitest

import (
	"fmt"
	"os"
	"path/filepath"
)

const kubeconfigFormat = `apiVersion: v1
kind: Config
clusters:
- name: apitest
  cluster:
    server: %s
contexts:
- name: apitest
  context:
    cluster: apitest
    namespace: default
    user: apitest
current-context: apitest
users:
- name: apitest
  user: {}
`

// Kubeconfig returns the path of a kubeconfig file for the server, which lives as long as the server.
func (s *Server) Kubeconfig() (string, error) {
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
	if err := os.WriteFile(path, fmt.Appendf(nil, kubeconfigFormat, s.URL()), 0o600); err != nil {
		return "", fmt.Errorf("write the kubeconfig: %w", err)
	}
	return path, nil
}
