package cluster

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/rest"
)

// The users that have a token. Admin may do everything. The others may do nothing until a test binds a role to them.
const (
	Admin = "admin"
	Alice = "alice"
	Bob   = "bob"
	Carol = "carol"
)

// Users returns all users with a token, and their groups.
func Users() map[string][]string {
	return map[string][]string{Admin: {"system:masters"}, Alice: {"staff"}, Bob: {"staff"}, Carol: nil}
}

func (c *Cluster) writeTokens() error {
	c.tokens = map[string]string{}
	var lines strings.Builder
	for user, groups := range Users() {
		c.tokens[user] = strings.ToLower(rand.Text())
		fmt.Fprintf(&lines, "%s,%s,uid-of-%s,%q\n", c.tokens[user], user, user, strings.Join(groups, ","))
	}
	return os.WriteFile(c.path("tokens.csv"), []byte(lines.String()), 0o600)
}

// Token returns the bearer token of one of [Users].
func (c *Cluster) Token(user string) string { return c.tokens[user] }

// URL returns the URL of the API server, which stays the same over restarts.
func (c *Cluster) URL() string { return c.url }

// Config returns a new configuration for Admin, without a rate limit.
func (c *Cluster) Config() *rest.Config { return c.ConfigFor(Admin) }

// ConfigFor is Config for one of [Users], or for an anonymous user if the name is empty.
func (c *Cluster) ConfigFor(user string) *rest.Config {
	return &rest.Config{
		Host: c.url, BearerToken: c.tokens[user], QPS: -1,
		TLSClientConfig: rest.TLSClientConfig{CAData: c.CA()},
	}
}

// Kubeconfig writes a kubeconfig file for one of [Users] and returns its path. The file is removed with the cluster.
func (c *Cluster) Kubeconfig(user string) (string, error) {
	path := c.path(user + ".kubeconfig")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, c.writeKubeconfig(path, user)
}

// writeKubeconfig writes a new file and renames it, so that no process reads half a file.
func (c *Cluster) writeKubeconfig(path, user string) error {
	config, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "e2e",
		"clusters": []any{map[string]any{"name": "e2e", "cluster": map[string]any{"server": c.url, "certificate-authority-data": c.CA()}}},
		"users":    []any{map[string]any{"name": user, "user": map[string]any{"token": c.tokens[user]}}},
		"contexts": []any{map[string]any{"name": "e2e", "context": map[string]any{"cluster": "e2e", "user": user, "namespace": "default"}}},
	})
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), "kubeconfig-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	whole := filepath.Join(temp, "config")
	if err := os.WriteFile(whole, config, 0o600); err != nil {
		return err
	}
	return os.Rename(whole, path)
}
