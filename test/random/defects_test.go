package random

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/gen"
	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/test/random/source"
)

// TestDefectsAreRefused plants each defect in a valid project. The generator must refuse the project with the position of the defect, and
// must not panic. Tests of the commands cover that they print such an error and exit with 1.
func TestDefectsAreRefused(t *testing.T) {
	w := &harness{}
	var err error
	w.root, err = filepath.Abs("../..")
	require.NoError(t, err)
	for i, defect := range source.Defects() {
		t.Run(defect.Name, func(t *testing.T) {
			p := source.Make(*seed+uint64(i), options())
			w.start(t, []*source.Project{p})
			where := p.Plant(defect)
			w.write(t, map[string]string{filepath.Join(p.Name, where): p.Files()[where]})
			text := refusal(t, filepath.Join(w.module, p.Name), p)
			position := regexp.MustCompile(`(?m)^.*` + regexp.QuoteMeta(filepath.Dir(where)) + `/[a-z0-9]+\.go:\d+:\d+: .+`)
			assert.Regexp(t, position, text, "-random.seed %d", p.Seed)
			assert.Contains(t, text, defect.Says, "-random.seed %d", p.Seed)
		})
	}
}

// refusal returns the error with which clientgen refuses a project. It describes a panic or a success as text, too.
func refusal(t *testing.T, dir string, p *source.Project) (text string) {
	t.Helper()
	defer func() {
		if panicked := recover(); panicked != nil {
			text = fmt.Sprintf("panic: %v", panicked)
		}
	}()
	_, err := gen.Run(t.Context(), gen.Config{Tool: "clientgen", Dir: dir, Inputs: p.Inputs, OutputDir: filepath.Join(dir, "generated")})
	if _, ok := errors.AsType[*model.InputError](err); !ok {
		return fmt.Sprintf("not refused as input: %v", err)
	}
	return strings.TrimSpace(err.Error())
}
