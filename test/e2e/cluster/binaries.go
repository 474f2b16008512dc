package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// binaries are the paths of the servers.
type binaries struct{ apiServer, etcd, controllerManager string }

const (
	pathAPIServer         = "k8s.io/kubernetes/cmd/kube-apiserver"
	pathControllerManager = "k8s.io/kubernetes/cmd/kube-controller-manager"
	pathEtcd              = "go.etcd.io/etcd/server/v3"
)

// Build builds the servers unless the user's cache folder has them. This takes minutes, and prints a message.
func Build(ctx context.Context, controllerManager bool) error {
	_, err := build(ctx, controllerManager)
	return err
}

func build(ctx context.Context, controllerManager bool) (binaries, error) {
	source, err := serversModule(ctx)
	if err != nil {
		return binaries{}, err
	}
	version, key, err := identify(ctx, source)
	if err != nil {
		return binaries{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return binaries{}, fmt.Errorf("find the folder for built servers: %w", err)
	}
	b := builder{source: source, version: version, dir: filepath.Join(cache, "typewright-e2e", version+"-"+key)}
	built := binaries{
		apiServer:         filepath.Join(b.dir, "kube-apiserver"),
		etcd:              filepath.Join(b.dir, "etcd"),
		controllerManager: filepath.Join(b.dir, "kube-controller-manager"),
	}
	wanted := map[string]string{pathAPIServer: built.apiServer, pathEtcd: built.etcd}
	if controllerManager {
		wanted[pathControllerManager] = built.controllerManager
	}
	if err := b.ensure(ctx, wanted); err != nil {
		return binaries{}, err
	}
	return built, nil
}

// serversModule finds the folder of the module that pins the servers, beside the package under test.
func serversModule(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	dir := filepath.Join(filepath.Dir(strings.TrimSpace(string(out))), "servers")
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return "", fmt.Errorf("find the module that the servers are built from: %w: run in test/e2e", err)
	}
	return dir, nil
}

var kubernetesVersion = regexp.MustCompile(`k8s\.io/kubernetes (v\d+\.\d+\.\d+)`)

// identify returns the version of Kubernetes, and a key of everything that a build depends on.
func identify(ctx context.Context, source string) (version, key string, err error) {
	hash := sha256.New()
	toolchain, err := exec.CommandContext(ctx, "go", "env", "GOVERSION", "GOOS", "GOARCH").Output()
	if err != nil {
		return "", "", fmt.Errorf("go env: %w", err)
	}
	hash.Write(toolchain)
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", "", err
		}
		hash.Write(data)
		if match := kubernetesVersion.FindSubmatch(data); name == "go.mod" && match != nil {
			version = string(match[1])
		}
	}
	if version == "" {
		return "", "", fmt.Errorf("%s/go.mod does not require k8s.io/kubernetes", source)
	}
	return version, hex.EncodeToString(hash.Sum(nil))[:12], nil
}

// builder builds servers into a folder of their version.
type builder struct{ source, version, dir string }

// ensure builds the wanted servers (file by package) that do not exist yet. It holds a lock, so that test processes that run at the same
// time build one after the other.
func (b builder) ensure(ctx context.Context, wanted map[string]string) error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(b.dir, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	var missing []string
	for pkg, file := range wanted {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, pkg)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	return b.build(ctx, missing, wanted)
}

func (b builder) build(ctx context.Context, packages []string, wanted map[string]string) error {
	fmt.Fprintf(os.Stderr, "building %s (Kubernetes %s) into %s; this takes minutes, once\n", strings.Join(packages, ", "), b.version, b.dir)
	out, err := os.MkdirTemp(b.dir, "build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(out) }()
	var failure bytes.Buffer
	args := append([]string{"build", "-o", out + string(filepath.Separator), "-ldflags=" + b.linkerFlags()}, packages...)
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // of packages named here
	cmd.Dir, cmd.Stderr = b.source, &failure
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-buildvcs=false")
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w:\n%s", strings.Join(packages, ", "), err, failure.String())
	}
	for _, pkg := range packages {
		if err := os.Rename(filepath.Join(out, outputName(pkg)), wanted[pkg]); err != nil {
			return err
		}
	}
	return nil
}

// outputName returns go build's name for the program of a package: the last element of its path that is not a major version.
func outputName(pkg string) string {
	name := strings.TrimSuffix(pkg[strings.LastIndex(strings.TrimSuffix(pkg, "/v3"), "/")+1:], "/v3")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

// linkerFlags sets the version that the servers report. Without it clients cannot parse the version.
func (b builder) linkerFlags() string {
	const at = "k8s.io/component-base/version."
	parts := strings.Split(strings.TrimPrefix(b.version, "v"), ".")
	return fmt.Sprintf("-s -w -X %sgitVersion=%s -X %sgitMajor=%s -X %sgitMinor=%s", at, b.version, at, parts[0], at, parts[1])
}
