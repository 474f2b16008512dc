package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/cmd/internal/gotool"
	"github.com/typewright/typewright/internal/importmap"
)

// module is a module with changes in a layer above it: the go command sees them, the disk does not have them yet.
type module struct {
	Options

	root    string
	layer   string // a temporary folder with go.mod, go.sum and the changed files
	changes map[string][]byte
	overlay map[string]string // paths in the module to paths in the layer
}

// open finds the module of a folder and makes a layer with its go.mod.
func open(ctx context.Context, o Options) (*module, error) {
	checkout, err := gotool.Source(o.Checkout, o.Version)
	if err != nil {
		return nil, err
	}
	o.Checkout = checkout
	m := &module{Options: o, changes: map[string][]byte{}, overlay: map[string]string{}}
	mod, err := m.run(ctx, "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	mod = strings.TrimSpace(mod)
	if mod == "" || mod == os.DevNull {
		return nil, errors.New("there is no go.mod here: run the command in the module that is to move")
	}
	if m.root, err = filepath.EvalSymlinks(filepath.Dir(mod)); err != nil {
		return nil, err
	}
	if m.layer, err = os.MkdirTemp("", "migrate-"); err != nil {
		return nil, err
	}
	if err := m.begin(); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

// begin copies go.mod and go.sum into the layer.
func (m *module) begin() error {
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(m.root, name))
		if errors.Is(err, os.ErrNotExist) && name == "go.sum" {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(m.layer, name), data, 0o600); err != nil { //nolint:gosec // a folder of our own
			return err
		}
	}
	return nil
}

func (m *module) close() { _ = os.RemoveAll(m.layer) }

func (m *module) say(format string, args ...any) {
	if m.Progress != nil {
		fmt.Fprintf(m.Progress, format+"\n", args...)
	}
}

// change puts a file into the layer.
func (m *module) change(path string, source []byte) error {
	layered := filepath.Join(m.layer, fmt.Sprintf("%d.go", len(m.changes)))
	m.changes[path], m.overlay[path] = source, layered
	return os.WriteFile(layered, source, 0o600) //nolint:gosec // a folder of our own
}

// requires reports whether the module's build list has client-go.
func (m *module) requires(ctx context.Context) bool {
	_, err := m.run(ctx, "list", "-m", importmap.ClientGo)
	return err == nil
}

// standinDirectives are the arguments of go mod edit that put the stand-in in client-go's place.
func (m *module) standinDirectives() []string {
	if m.Checkout == "" {
		return []string{"-replace=" + importmap.ClientGo + "=" + importmap.Typewright + "/standin@" + m.Version}
	}
	return append([]string{"-replace=" + importmap.ClientGo + "=" + filepath.Join(m.Checkout, "standin")}, m.checkoutDirectives()...)
}

// checkoutDirectives replace our modules by folders of the checkout.
func (m *module) checkoutDirectives() []string {
	return []string{
		"-replace=" + importmap.Typewright + "=" + m.Checkout,
		"-replace=" + importmap.Kubernetes + "=" + filepath.Join(m.Checkout, "generated", "kubernetes"),
	}
}

// importDirectives require the modules that the new imports need.
func (m *module) importDirectives(places map[string][]string) []string {
	version := m.Version
	if m.Checkout != "" {
		version = "v0.0.0-00010101000000-000000000000" // what the go command writes for a replaced module
	}
	directives := []string{"-require=" + importmap.Typewright + "@" + version}
	for path := range places {
		if strings.HasPrefix(path, importmap.Kubernetes) {
			directives = append(directives, "-require="+importmap.Kubernetes+"@"+version)
			break
		}
	}
	if m.Checkout != "" {
		directives = append(directives, m.checkoutDirectives()...)
	}
	return directives
}

func (m *module) editMod(ctx context.Context, directives ...string) error {
	_, err := m.run(ctx, append(append([]string{"mod", "edit"}, directives...), filepath.Join(m.layer, "go.mod"))...)
	return err
}

// check tidies the layer's go.mod and compiles every package and test with the changes.
func (m *module) check(ctx context.Context) error {
	m.say("resolving requirements (go mod tidy)")
	if _, err := m.goCommand(ctx, "mod", "tidy"); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	if err := m.takeMod(); err != nil {
		return err
	}
	m.say("compiling all packages and tests; the first time this takes minutes")
	// go list -export compiles tests too, and unlike go vet and go test it neither judges nor links.
	if _, err := m.goCommand(ctx, "list", "-mod=mod", "-test", "-export", "-f", "{{with .Error}}{{.}}{{end}}", "./..."); err != nil {
		return fmt.Errorf("the module does not compile after the move, so nothing was changed: %w%s", err, m.advice())
	}
	return nil
}

// takeMod adds what the go command made of go.mod and go.sum to the changes. A module without requirements has no go.sum.
func (m *module) takeMod() error {
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(m.layer, name))
		if errors.Is(err, os.ErrNotExist) && name == "go.sum" {
			continue
		}
		if err != nil {
			return err
		}
		if old, err := os.ReadFile(filepath.Join(m.root, name)); err != nil || !bytes.Equal(old, data) {
			m.changes[filepath.Join(m.root, name)] = data
		}
	}
	return nil
}

func (m *module) advice() string {
	if m.Way == Standin {
		return ""
	}
	return "\nif types of k8s.io/client-go and of this project meet, a dependency still imports client-go: move over with --standin instead"
}

// goCommand runs the go command on the layer.
func (m *module) goCommand(ctx context.Context, args ...string) (string, error) {
	overlay, err := json.Marshal(map[string]any{"Replace": m.overlay})
	if err != nil {
		return "", err
	}
	file := filepath.Join(m.layer, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		return "", err
	}
	verb := 1
	if args[0] == "mod" {
		verb = 2
	}
	flags := []string{"-modfile=" + filepath.Join(m.layer, "go.mod"), "-overlay=" + file}
	return m.run(ctx, append(append(append([]string{}, args[:verb]...), flags...), args[verb:]...)...)
}

// run runs the go command in the module.
func (m *module) run(ctx context.Context, args ...string) (string, error) {
	if m.root != "" {
		return gotool.Run(ctx, m.root, args...)
	}
	return gotool.Run(ctx, m.Dir, args...)
}
