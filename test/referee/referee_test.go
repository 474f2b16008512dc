package referee

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	sets   = flag.Int("sets", 100, "number of sets to compare")
	seed   = flag.Uint64("seed", 1, "seed of the first set; the next ones have the seeds after it")
	record = flag.Bool("record", false, "record kubectl's answers to the first sets")
)

const (
	recordedFile = "testdata/recorded.json"
	recordedSets = 25
)

// answer is the result of one step.
type answer struct {
	Out    string            `json:"out,omitempty"`
	Failed bool              `json:"failed,omitempty"`
	Files  map[string]string `json:"files,omitempty"` // the files that the step changed
	reason string
}

// String formats an answer for the message of a failure.
func (a answer) String() string {
	text := fmt.Sprintf("failed: %t\n%s\n", a.Failed, a.Out)
	for _, name := range slices.Sorted(maps.Keys(a.Files)) {
		text += "--- " + name + "\n" + a.Files[name]
	}
	return text
}

// environment has the servers that the sets refer to, and the path of kubectl.
type environment struct {
	tls, plain *httptest.Server
	ca         string
	kubectl    string
}

func newEnvironment(t *testing.T) *environment {
	t.Helper()
	f := &environment{
		tls:   httptest.NewTLSServer(http.HandlerFunc(handleProbe)),
		plain: httptest.NewServer(http.HandlerFunc(handleProbe)),
	}
	t.Cleanup(f.tls.Close)
	t.Cleanup(f.plain.Close)
	f.ca = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.tls.Certificate().Raw}))
	f.kubectl = os.Getenv("KUBECTL")
	if f.kubectl == "" {
		f.kubectl, _ = exec.LookPath("kubectl") // empty if there is no kubectl
	}
	return f
}

// handleProbe responds with the URL, the user and the TLS state of the request.
func handleProbe(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/probe") {
		http.NotFound(w, r)
		return
	}
	seen := map[string]any{"uri": r.RequestURI, "tls": r.TLS != nil}
	if r.TLS != nil {
		seen["sni"] = r.TLS.ServerName
	}
	for name, values := range r.Header {
		if name == "Authorization" || strings.HasPrefix(name, "Impersonate-") {
			slices.Sort(values)
			seen[name] = values
		}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(seen)
}

// writeFiles writes the files of a set to a new folder. in replaces placeholders with their values, out does the reverse.
func (f *environment) writeFiles(t *testing.T, s *set) (dir string, in, out *strings.Replacer) {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "set")
	require.NoError(t, err)
	in = strings.NewReplacer("$DIR", dir, "$TLS", f.tls.URL, "$PLAIN", f.plain.URL, "$CA", f.ca)
	out = strings.NewReplacer(dir, "$DIR", filepath.Dir(dir), "$UP", f.tls.URL, "$TLS", f.plain.URL, "$PLAIN", strings.TrimPrefix(f.plain.URL, "http://"), "$PLAIN")
	for name, text := range s.files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(in.Replace(text)), 0o600))
	}
	return dir, in, out
}

// runSteps runs the steps of a set. do runs one step with its arguments, the kubeconfig files and the folder.
func (f *environment) runSteps(t *testing.T, s *set, do func(args, files []string, dir string) (string, error)) []answer {
	t.Helper()
	dir, in, out := f.writeFiles(t, s)
	var files []string
	for _, name := range s.list {
		files = append(files, filepath.Join(dir, name))
	}
	before := f.contents(t, files, dir, out)
	var answers []answer
	for _, step := range s.steps {
		args := make([]string, len(step))
		for i, arg := range step {
			args[i] = in.Replace(arg)
		}
		printed, err := do(args, files, dir)
		a := answer{Failed: err != nil}
		if err != nil {
			a.reason = out.Replace(err.Error())
		} else if step[1] == "view" || step[0] == "get" {
			a.Out = canonical(out.Replace(printed))
		}
		after := f.contents(t, files, dir, out)
		for name, text := range after {
			if previous, existed := before[name]; !existed || previous != text {
				if a.Files == nil {
					a.Files = map[string]string{}
				}
				a.Files[name] = text
			}
		}
		before = after
		answers = append(answers, a)
	}
	return answers
}

func (f *environment) contents(t *testing.T, files []string, dir string, out *strings.Replacer) map[string]string {
	t.Helper()
	contents := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err == nil {
			contents[strings.TrimPrefix(file, dir+"/")] = strings.Replace(out.Replace(string(data)), emptyPreferences, "", 1)
		}
	}
	return contents
}

// emptyPreferences is what kubectl 1.33 and older write, and client-go 0.37 does not.
const emptyPreferences = "preferences: {}\n"

// canonical returns JSON with sorted keys and without empty preferences, and other text as it is.
func canonical(text string) string {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return text
	}
	if config, ok := value.(map[string]any); ok && assert.ObjectsAreEqual(map[string]any{}, config["preferences"]) {
		delete(config, "preferences")
	}
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return text
	}
	return string(data)
}

// defaultServer is the server for configs that name none. Nothing listens there.
const defaultServer = "http://127.0.0.1:1"

func (f *environment) theirs(s *set) func(args, files []string, dir string) (string, error) {
	return func(args, files []string, dir string) (string, error) {
		if s.explicit {
			args = append(slices.Clone(args), "--kubeconfig", files[0])
		}
		cmd := exec.CommandContext(context.Background(), f.kubectl, args...)
		cmd.Dir = dir
		cmd.Env = []string{
			"KUBECONFIG=" + strings.Join(files, string(os.PathListSeparator)),
			"HOME=" + filepath.Join(dir, "home"), "PATH=/nowhere", "KUBERNETES_MASTER=" + defaultServer,
		}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			return "", fmt.Errorf("%w: %s", err, stderr.Bytes())
		}
		return stdout.String(), nil
	}
}

func (*environment) ours(s *set) func(args, files []string, dir string) (string, error) {
	return func(args, files []string, _ string) (string, error) {
		return (&ours{files: files, explicit: s.explicit, master: defaultServer}).run(args)
	}
}

func TestReferee(t *testing.T) {
	f := newEnvironment(t)
	switch {
	case f.kubectl == "" && *record:
		t.Fatal("-record needs kubectl, which was not found")
	case f.kubectl == "":
		t.Logf("kubectl was not found: comparing %d sets with recorded answers", recordedSets)
		f.compareRecorded(t)
	case *record:
		f.record(t)
	default:
		f.compare(t)
	}
}

// compare runs the sets with kubectl and with runtime/clientcmd, in parallel.
func (f *environment) compare(t *testing.T) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	reasons, outcomes := map[string]int{}, map[string]int{}
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range *sets {
		s := generate(*seed + uint64(i))
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			theirs, ours := f.runSteps(t, s, f.theirs(s)), f.runSteps(t, s, f.ours(s))
			mu.Lock()
			defer mu.Unlock()
			compareAnswers(t, s, theirs, ours, reasons)
			for i, step := range s.steps {
				outcomes[fmt.Sprintf("%s failed=%t", step[min(1, len(step)-1)], theirs[i].Failed)]++
			}
		})
	}
	wg.Wait()
	t.Logf("%d sets from seed %d; known differences: %v; kubectl's outcomes: %v", *sets, *seed, reasons, outcomes)
}

// compareAnswers compares the answers to one set. It stops at a known difference that changed files, because the next steps start from
// different files.
func compareAnswers(t *testing.T, s *set, theirs, ours []answer, reasons map[string]int) {
	t.Helper()
	for i, step := range s.steps {
		a, b := theirs[i], ours[i]
		a.reason, b.reason = "", ""
		if assert.ObjectsAreEqual(a, b) {
			continue
		}
		if reason := knownDifference(s, step, theirs[i], ours[i]); reason != "" {
			reasons[reason]++
			if len(a.Files)+len(b.Files) > 0 {
				return
			}
			continue
		}
		t.Errorf("seed %d (go test ./test/referee -sets 1 -seed %[1]d -v), step %d: kubectl %q\nfiles %v\nkubectl says: %s\nwe say: %s\n",
			s.seed, i, step, s.list, theirs[i].reason, ours[i].reason)
		assert.Equal(t, a.String(), b.String())
		return
	}
}

func (f *environment) record(t *testing.T) {
	recorded := map[uint64][]answer{}
	for i := range recordedSets {
		s := generate(1 + uint64(i))
		recorded[s.seed] = f.runSteps(t, s, f.theirs(s))
	}
	data, err := json.MarshalIndent(recorded, "", " ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(recordedFile, append(data, '\n'), 0o600))
}

func (f *environment) compareRecorded(t *testing.T) {
	data, err := os.ReadFile(recordedFile)
	require.NoError(t, err)
	var recorded map[uint64][]answer
	require.NoError(t, json.Unmarshal(data, &recorded))
	require.Len(t, recorded, recordedSets)
	for seed, theirs := range recorded {
		s := generate(seed)
		compareAnswers(t, s, theirs, f.runSteps(t, s, f.ours(s)), map[string]int{})
	}
}

// TestRecordedAnswers compares with the recorded answers also on machines with kubectl.
func TestRecordedAnswers(t *testing.T) {
	newEnvironment(t).compareRecorded(t)
}
