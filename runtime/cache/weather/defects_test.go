package weather

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// defect is a mistake to plant in the sources of the cache: the text from, which must occur once in the file, becomes the
// text to, which does the wrong thing while planted(name) is true.
type defect struct {
	name, file, from, to string
}

// plantedSource declares what the planted code calls.
const plantedSource = `package core

import (
	"os"
	"runtime"
)

// others lets other goroutines run.
func others() {
	for range 100 {
		runtime.Gosched()
	}
}

// swapped is an event that one of the defects holds back.
var swapped any

var turn = os.Getenv("WEATHER_DEFECT")

func planted(name string) bool { return turn == name }
`

// TestPlantedDefects plants one defect after the other and checks that the schedules find it. The defects are written into
// copies of the sources, which the compiler reads in place of the sources (go build -overlay). The code that users compile
// stays as it is.
func TestPlantedDefects(t *testing.T) {
	program := buildWithDefects(t)
	if found := runSchedules(t, program, "none"); found != "" {
		t.Fatalf("without a defect: %s", found)
	}
	for _, d := range defects() {
		t.Run(d.name, func(t *testing.T) {
			found := runSchedules(t, program, d.name)
			if found == "" {
				t.Fatalf("%d schedules did not find it", *schedules)
			}
			t.Log(found)
		})
	}
}

// buildWithDefects returns a test binary of this package with all defects, of which WEATHER_DEFECT turns one on.
func buildWithDefects(t *testing.T) string {
	t.Helper()
	core, err := filepath.Abs("../internal/core")
	require.NoError(t, err)
	dir := t.TempDir()
	sources := map[string]string{"planted.go": plantedSource}
	for _, d := range defects() {
		if sources[d.file] == "" {
			data, err := os.ReadFile(filepath.Join(core, d.file))
			require.NoError(t, err)
			sources[d.file] = string(data)
		}
		require.Equal(t, 1, strings.Count(sources[d.file], d.from),
			"defect %q: its place in %s has changed: plant it where the code is now. It was: %s", d.name, d.file, d.from)
		sources[d.file] = strings.Replace(sources[d.file], d.from, d.to, 1)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for file, source := range sources {
		copied := filepath.Join(dir, file)
		require.NoError(t, os.WriteFile(copied, []byte(source), 0o600))
		overlay["Replace"][filepath.Join(core, file)] = copied
	}
	data, err := json.Marshal(overlay)
	require.NoError(t, err)
	config, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "weather.test")
	require.NoError(t, os.WriteFile(config, data, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-overlay", config, "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

var finding = regexp.MustCompile(`(?s)--- FAIL: TestSchedules/(seed_\d+).*?_test\.go:\d+: ([^\n]*)`)

// runSchedules returns what the first failing schedule reports, "" if none fails.
func runSchedules(t *testing.T, program, defect string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestSchedules$", "-test.failfast", "-test.timeout=2m", fmt.Sprint("-weather.schedules=", *schedules))
	cmd.Env = append(os.Environ(), "WEATHER_DEFECT="+defect)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err == nil {
		return ""
	}
	found := finding.FindStringSubmatch(out.String())
	require.NotNil(t, found, "not a finding but: %v: %.2000s", err, out.String())
	return found[1] + ": " + found[2]
}
