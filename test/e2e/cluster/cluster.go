package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options are the options of a cluster. The zero value is an API server with etcd that serves the custom resources of apis/.
type Options struct {
	// ControllerManager runs the kube-controller-manager too.
	ControllerManager bool
	// WithoutCRDs leaves out the custom resources of apis/.
	WithoutCRDs bool
	// APIServerArgs are added to the arguments of kube-apiserver, and EtcdArgs to those of etcd.
	APIServerArgs []string
	EtcdArgs      []string
}

// Cluster is a running cluster. Its methods are safe for concurrent use.
type Cluster struct {
	// Tests may stop, kill, freeze and start these. ControllerManager is nil without the option.
	APIServer         *Process
	Etcd              *Process
	ControllerManager *Process

	opts    Options
	dir     string
	tools   binaries
	certs   *certificates
	tokens  map[string]string
	url     string // of the API server
	etcdURL string
	stop    sync.Once
}

// startAttempts is how often Start tries with other ports: another process may take a free port before the server does.
const startAttempts = 4

// Start builds the servers if necessary and starts them. The cluster is ready when Start returns.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	tools, err := build(ctx, opts.ControllerManager)
	if err != nil {
		return nil, err
	}
	removeStale()
	var failures []error
	for range startAttempts {
		c, err := begin(ctx, opts, tools)
		if err == nil {
			return c, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil || !errors.Is(err, errPortTaken) {
			break
		}
	}
	return nil, fmt.Errorf("start a cluster: %w", errors.Join(failures...))
}

func begin(ctx context.Context, opts Options, tools binaries) (_ *Cluster, err error) {
	c := &Cluster{opts: opts, tools: tools}
	defer func() {
		if err != nil {
			c.Stop()
		}
	}()
	if c.dir, err = os.MkdirTemp("", runPrefix()); err != nil {
		return nil, fmt.Errorf("make the folder of the cluster: %w", err)
	}
	if c.certs, err = makeCertificates(c.dir); err != nil {
		return nil, err
	}
	if err := c.writeTokens(); err != nil {
		return nil, err
	}
	if err := c.configure(); err != nil {
		return nil, err
	}
	for _, p := range []*Process{c.Etcd, c.APIServer} {
		if err := p.start(ctx); err != nil {
			return nil, err
		}
	}
	if !opts.WithoutCRDs {
		if err := c.InstallCRDs(ctx); err != nil {
			return nil, err
		}
	}
	if c.ControllerManager != nil {
		return c, c.ControllerManager.start(ctx)
	}
	return c, nil
}

// configure chooses the ports and describes the processes.
func (c *Cluster) configure() error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	c.etcdURL = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	c.url = fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	c.Etcd = c.etcd(fmt.Sprintf("http://127.0.0.1:%d", ports[1]))
	c.APIServer = c.apiServer(ports[2])
	if c.opts.ControllerManager {
		c.ControllerManager, err = c.controllerManager()
	}
	return err
}

// Stop kills all servers and removes the folder of the cluster.
func (c *Cluster) Stop() {
	c.stop.Do(func() {
		for _, p := range []*Process{c.ControllerManager, c.APIServer, c.Etcd} {
			if p != nil {
				p.Kill()
			}
		}
		if c.dir != "" && os.Getenv("E2E_KEEP") == "" {
			_ = os.RemoveAll(c.dir)
		}
	})
}

// Dir is the cluster's folder, in which each server has a log. It is removed by Stop, unless E2E_KEEP is set.
func (c *Cluster) Dir() string { return c.dir }

func (c *Cluster) path(elements ...string) string {
	return filepath.Join(append([]string{c.dir}, elements...)...)
}

// readyWithin is how long a server may take until it is ready; CI machines are slow.
const readyWithin = 2 * time.Minute
