package kubectl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/runtime/apitest/conformance"
	"github.com/typewright/typewright/runtime/dynamic"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/test/e2e/compare"
)

// server is one of the two servers, with what kubectl needs to reach it.
type server struct {
	config *rest.Config
	client dynamic.Interface
	// home is the home folder for kubectl, with its discovery cache.
	home string
}

func newServer(config *rest.Config, home string) (*server, error) {
	client, err := dynamic.NewForConfig(config)
	return &server{config, client, home}, err
}

// servers are the two servers to compare.
type servers struct{ actual, ours *server }

// play runs the steps against both servers, and compares the answers up to the first difference that is not known.
func (s servers) play(ctx context.Context, steps []string, about kind) (compare.Outcome, error) {
	namespace := "k" + uuid.NewString()[:7] // the same on both: the width of columns depends on it
	actual, err := s.actual.play(ctx, namespace, steps, about)
	if err != nil {
		return compare.Outcome{}, fmt.Errorf("the real server: %w", err)
	}
	ours, err := s.ours.play(ctx, namespace, steps, about)
	if err != nil {
		return compare.Outcome{}, fmt.Errorf("apitest: %w", err)
	}
	o := compare.Outcome{At: -1}
	for i := range actual {
		step := "(the state after the last step)"
		if i < len(steps) {
			step = steps[i]
		}
		o.Compared++
		if actual[i] == ours[i] {
			o.Agreed++
		} else if why := conformance.Excuse(step, actual[i], ours[i]); why != "" {
			o.Excuses = append(o.Excuses, why)
		} else {
			o.At, o.Actual, o.Ours = i, actual[i], ours[i]
			return o, nil
		}
	}
	return o, nil
}

// play runs the steps in a new namespace and a new folder. It returns the normalized output of each, and then the objects that are left.
func (s *server) play(ctx context.Context, namespace string, steps []string, about kind) ([]string, error) {
	dir, err := os.MkdirTemp(s.home, "run-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := s.prepare(ctx, dir, namespace); err != nil {
		return nil, err
	}
	n := normalizer{host: s.config.Host, dir: dir, namespace: namespace}
	var answers []string
	for _, step := range steps {
		answer, err := s.run(ctx, dir, namespace, step)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", step, err)
		}
		answers = append(answers, n.text(answer))
	}
	state, err := s.state(ctx, namespace, about)
	return append(answers, n.text(state)), err
}

// prepare creates the namespace, and a kubeconfig whose context selects it.
func (s *server) prepare(ctx context.Context, dir, namespace string) error {
	object := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": namespace}}}
	if _, err := s.client.Resource(resourceOf("v1/namespaces")).Create(ctx, object, metav1.CreateOptions{}); err != nil {
		return err
	}
	config, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "it",
		"clusters": []any{map[string]any{"name": "it", "cluster": map[string]any{"server": s.config.Host, "certificate-authority-data": s.config.CAData}}},
		"users":    []any{map[string]any{"name": "it", "user": map[string]any{"token": s.config.BearerToken}}},
		"contexts": []any{map[string]any{"name": "it", "context": map[string]any{"cluster": "it", "user": "it", "namespace": namespace}}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "kubeconfig"), config, 0o600)
}

// stepTimeout is the time limit of a step. The timeouts in kubectl commands are one second.
const stepTimeout = time.Minute

// run runs a step and returns its output, errors and exit code.
func (s *server) run(ctx context.Context, dir, namespace, step string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", step) //nolint:gosec // the steps are made here
	var out, problems bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &problems
	cmd.WaitDelay = time.Second // a step may leave processes that hold its output open
	cmd.Env = []string{
		"PATH=" + filepath.Join(s.home, "bin") + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + s.home, "KUBECACHEDIR=" + filepath.Join(s.home, "cache"),
		"KUBECONFIG=" + filepath.Join(dir, "kubeconfig"), "TMPDIR=" + dir, "NS=" + namespace, "LC_ALL=C", "TZ=UTC", "GOGC=400",
	}
	err := cmd.Run()
	var failed *exec.ExitError
	if ctx.Err() != nil || err != nil && !errors.As(err, &failed) {
		return "", errors.Join(err, ctx.Err())
	}
	return fmt.Sprintf("%s%sexit %d", withNewline(out.String()), withNewline(prefixed("stderr: ", problems.String())), cmd.ProcessState.ExitCode()), nil
}

// withNewline returns a text that ends in a newline, unless it is empty.
func withNewline(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

// prefixed puts a word before each line of a text.
func prefixed(word, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(word + line)
	}
	return b.String()
}

// resourceOf parses [GROUP/]VERSION/RESOURCE.
func resourceOf(path string) schema.GroupVersionResource {
	at := strings.LastIndex(path, "/")
	gv, err := schema.ParseGroupVersion(path[:at])
	if err != nil {
		return schema.GroupVersionResource{} // the table of kinds is wrong; the answer of the server shows it
	}
	return gv.WithResource(path[at+1:])
}

// state returns the objects that a sequence has left, as JSON.
func (s *server) state(ctx context.Context, namespace string, about kind) (string, error) {
	var b strings.Builder
	for _, path := range about.state {
		resource, opts := s.client.Resource(resourceOf(path)), metav1.ListOptions{}
		in := resource.Namespace(namespace)
		if about.cluster {
			in, opts.LabelSelector = resource, fmt.Sprintf("%s in (%s-a,%s-b)", "kubernetes.io/metadata.name", namespace, namespace)
		}
		list, err := in.List(ctx, opts)
		if err != nil {
			return "", err
		}
		for _, item := range list.Items {
			text, err := item.MarshalJSON()
			if err != nil {
				return "", err
			}
			b.Write(indented(text))
		}
	}
	return b.String(), nil
}
