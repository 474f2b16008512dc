package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/typewright/typewright/runtime/rest"
)

func (c *Cluster) etcd(peers string) *Process {
	args := []string{
		"--name=e2e", "--data-dir=" + c.path("etcd"), "--log-level=warn",
		"--unsafe-no-fsync", "--heartbeat-interval=10", "--election-timeout=100",
		"--listen-client-urls=" + c.etcdURL, "--advertise-client-urls=" + c.etcdURL,
		"--listen-peer-urls=" + peers, "--initial-advertise-peer-urls=" + peers, "--initial-cluster=e2e=" + peers,
	}
	return &Process{
		name: "etcd", path: c.tools.etcd, args: append(args, c.opts.EtcdArgs...), logFile: c.path("etcd.log"),
		ready: func(ctx context.Context) error { return expectOK(ctx, http.DefaultClient, c.etcdURL+"/readyz") },
	}
}

func (c *Cluster) apiServer(port int) *Process {
	args := []string{
		"--etcd-servers=" + c.etcdURL,
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", port),
		"--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.0.0.0/16",
		"--tls-cert-file=" + c.certs.server.certFile, "--tls-private-key-file=" + c.certs.server.keyFile,
		"--client-ca-file=" + c.certs.ca.certFile, "--token-auth-file=" + c.path("tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + c.certs.serviceAccounts, "--service-account-signing-key-file=" + c.certs.serviceAccounts,
		"--authorization-mode=RBAC", "--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
	}
	probe := &http.Client{Transport: &http.Transport{TLSClientConfig: c.certs.clientTLS(), DisableKeepAlives: true}, Timeout: 5 * time.Second}
	return &Process{
		name: "kube-apiserver", path: c.tools.apiServer, args: append(args, c.opts.APIServerArgs...), logFile: c.path("kube-apiserver.log"),
		ready: func(ctx context.Context) error { return expectOK(ctx, probe, c.url+"/readyz") },
	}
}

func (c *Cluster) controllerManager() (*Process, error) {
	kubeconfig := c.path("controller-manager.kubeconfig")
	if err := c.writeKubeconfig(kubeconfig, Admin); err != nil {
		return nil, err
	}
	args := []string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--service-account-private-key-file=" + c.certs.serviceAccounts, "--root-ca-file=" + c.certs.ca.certFile,
	}
	return &Process{
		name: "kube-controller-manager", path: c.tools.controllerManager, args: args, logFile: c.path("kube-controller-manager.log"),
		// It is ready when it has created an object, as it serves no health check.
		ready: func(ctx context.Context) error {
			return c.exists(ctx, "/api/v1/namespaces/default/serviceaccounts/default")
		},
	}, nil
}

// exists returns an error if an object does not exist.
func (c *Cluster) exists(ctx context.Context, path string) error {
	client, err := rest.UnversionedRESTClientFor(c.rawConfig())
	if err != nil {
		return err
	}
	return client.Get().AbsPath(path).Do(ctx).Error()
}

func expectOK(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 1024))
		return fmt.Errorf("%s: %s: %s", url, resp.Status, body)
	}
	return nil
}
