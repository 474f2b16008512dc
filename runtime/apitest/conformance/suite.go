package conformance

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/typewright/typewright/runtime/rest"
)

// Options say what a run does besides comparing.
type Options struct {
	// Differences are the cases in which this server is known to answer otherwise, by name, each with the reason. A
	// case that is listed and agrees fails: the list is to be true.
	Differences map[string]string
	// Record is a folder of case files to write the answers of this server to, instead of comparing. Only a
	// kube-apiserver's answers belong there.
	Record string
	// Topics are the case files to play, such as "watch"; none means all.
	Topics []string
}

// Run plays every case against the server of config, each in a namespace of its own and as a test of its own. The
// server is to serve [Definitions].
func Run(t *testing.T, config *rest.Config, opts Options) {
	t.Helper()
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for i, c := range cases {
		known[c.Name] = true
		if len(opts.Topics) > 0 && !slices.Contains(opts.Topics, c.topic()) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			played, err := Play(t.Context(), config, c)
			if err != nil {
				t.Fatal(err)
			}
			if opts.Record != "" {
				cases[i] = played
				return
			}
			judge(t, c, played, opts.Differences[c.Name])
		})
	}
	for name := range opts.Differences {
		if !known[name] {
			t.Errorf("a difference is listed for %q, which is no case", name)
		}
	}
	if opts.Record != "" {
		record(t, opts.Record, cases)
	}
}

// judge compares what was answered with what is written.
func judge(t *testing.T, want, got Case, difference string) {
	t.Helper()
	diff := Diff(want, got)
	switch {
	case diff == "" && difference != "":
		t.Errorf("listed as a difference (%s), and agrees: take it off the list", difference)
	case diff != "" && difference != "":
		t.Logf("differs, as listed (%s):\n%s", difference, diff)
	case diff != "":
		t.Errorf("answers differ from those of a kube-apiserver (-):\n%s", diff)
	}
}

// Play plays a case against the server of config, and returns it with the answers of that server.
func Play(ctx context.Context, config *rest.Config, c Case) (Case, error) {
	s, err := newSession(ctx, config, "conformance-"+uuid.NewString()[:8])
	if err != nil {
		return Case{}, err
	}
	defer s.client.CloseIdleConnections()
	defer s.close()
	end, err := s.inNamespace()
	if err != nil {
		return Case{}, err
	}
	defer end()
	played := c
	played.steps = nil
	for _, step := range c.steps {
		answer, err := s.play(step.request)
		if err != nil {
			return Case{}, fmt.Errorf("%s: %s: %w", c.file, step.request[0], err)
		}
		step.answer = answer
		played.steps = append(played.steps, step)
	}
	return played, nil
}

// inNamespace makes the namespace of the session. end deletes the services in it, and asks for its deletion.
func (s *session) inNamespace() (end func(), err error) {
	body, err := parseBody("Namespace " + s.vars["ns"])
	if err != nil {
		return nil, err
	}
	json := http.Header{"Content-Type": {"application/json"}}
	resp, err := s.send(s.ctx, request{verb: http.MethodPost, path: "/api/v1/namespaces", header: json, body: body})
	if err != nil {
		return nil, fmt.Errorf("create the namespace of the case: %w", err)
	}
	if _, err := readAll(resp); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("create the namespace of the case: %s", resp.Status)
	}
	namespace := "/api/v1/namespaces/" + s.vars["ns"]
	return func() {
		// Without a controller of namespaces the services would stay, and with them addresses and ports that are few.
		for _, path := range []string{namespace + "/services", namespace} {
			if resp, err := s.send(s.ctx, request{verb: http.MethodDelete, path: path, header: json}); err == nil {
				_, _ = readAll(resp)
			}
		}
	}, nil
}

// Diff tells the steps that were answered otherwise, "" if there are none.
func Diff(want, got Case) string {
	var b strings.Builder
	for i, step := range want.steps {
		answer := got.steps[i].answer
		if strings.Join(step.answer, "\n") == strings.Join(answer, "\n") {
			continue
		}
		for _, line := range step.request {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		for _, line := range step.answer {
			fmt.Fprintf(&b, "- %s\n", line)
		}
		for _, line := range answer {
			fmt.Fprintf(&b, "+ %s\n", line)
		}
	}
	return b.String()
}

// record writes the cases back to their files.
func record(t *testing.T, dir string, cases []Case) {
	t.Helper()
	files := map[string][]Case{}
	for _, c := range cases {
		files[c.file] = append(files[c.file], c)
	}
	for name, cases := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(format(cases)), 0o600); err != nil {
			t.Error(err)
		}
	}
}
