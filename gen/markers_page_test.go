package gen

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/typewright/typewright/gen/model"
)

var (
	goBlock   = regexp.MustCompile("(?s)\n```go\n(.*?)```\n")
	structure = regexp.MustCompile(`(?m)^type (\w+) struct`)
)

// example makes the files of a package from a block of the page. It adds what the page says it leaves out.
func example(name, block string) []txtar.File {
	doc := "// Package v1 is an example.\n//\n// +k8s:deepcopy-gen=package\n// +groupName=" + name + ".example.com\npackage v1\n"
	if strings.Contains(block, "\npackage v1\n") {
		doc = block
		block = "// +genclient\n// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object\n\n// Thing is a kind.\ntype Thing struct {\n" +
			"\tmetav1.TypeMeta   `json:\",inline\"`\n\tmetav1.ObjectMeta `json:\"metadata,omitempty\"`\n}\n"
	}
	text := "package v1\n\nimport metav1 \"k8s.io/apimachinery/pkg/apis/meta/v1\"\n\n" + block
	for _, match := range structure.FindAllStringSubmatch(block, -1) {
		kind := match[1]
		if !strings.Contains(block[:strings.Index(block, match[0])+len(match[0])], "+genclient") || !strings.Contains(block, "metav1.ObjectMeta") {
			continue
		}
		text += "\n// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object\n\n// " + kind + "List is a list.\ntype " + kind + "List struct {\n" +
			"\tmetav1.TypeMeta `json:\",inline\"`\n\tmetav1.ListMeta `json:\"metadata,omitempty\"`\n\n\tItems []" + kind + " `json:\"items\"`\n}\n"
	}
	return []txtar.File{
		{Name: "apis/" + name + "/v1/doc.go", Data: []byte(doc)},
		{Name: "apis/" + name + "/v1/types.go", Data: []byte(text)},
	}
}

// Every example of docs/markers.md generates code that builds and passes vet, and the page has an example of every marker.
func TestMarkersPage(t *testing.T) {
	page, err := os.ReadFile("../docs/markers.md")
	require.NoError(t, err)
	dir := t.TempDir()
	plantModule(t, dir)
	blocks := goBlock.FindAllStringSubmatch(string(page), -1)
	require.GreaterOrEqual(t, len(blocks), 8)
	examples := ""
	for i, block := range blocks {
		plant(t, dir, example("example"+strconv.Itoa(i), block[1])...)
		examples += block[1]
	}
	c := goldenCase{runs: []Config{{Tool: "clientgen", Inputs: []string{"./apis/..."}}, {Tool: "informergen", Inputs: []string{"./apis/..."}}}}
	c.generate(t, dir)
	cmd := exec.CommandContext(t.Context(), "go", "vet", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "GOPROXY=off")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))

	for _, name := range model.MarkerNames() {
		assert.Contains(t, string(page), strings.TrimPrefix(name, "k8s:"), "the page does not mention +%s", name)
		// The markers for apply have two spellings, of which the examples use one.
		if plain := strings.TrimPrefix(name, "k8s:"); !strings.Contains(examples, "+"+plain) {
			assert.Contains(t, examples, "+"+name, "there is no example of +%s", name)
		}
	}
}

// setting matches the first equals sign of a marker of definitions, and those of its arguments.
var setting = regexp.MustCompile(`^(\s*// \+(?:kubebuilder|k8s|typewright|default|listType)[^="` + "`" + `]*)=`)

// A marker with := in place of = means the same.
func TestColonEquals(t *testing.T) {
	page, err := os.ReadFile("../docs/markers.md")
	require.NoError(t, err)
	block := ""
	for _, b := range goBlock.FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(b[1], "type DroneSpec struct") {
			block = b[1]
		}
	}
	require.NotEmpty(t, block)
	changed := 0
	var other []string
	for line := range strings.SplitSeq(block, "\n") {
		replaced := setting.ReplaceAllString(line, "$1:=")
		if replaced != line {
			changed++
		}
		other = append(other, replaced)
	}
	require.Greater(t, changed, 40)
	c := goldenCase{runs: []Config{{Tool: "clientgen", With: []string{"crd"}, Inputs: []string{"./apis/..."}, OutputDir: "generated", CRDDir: "config/crd"}}}
	var found [2]string
	for i, text := range []string{block, strings.Join(other, "\n")} {
		dir := t.TempDir()
		plantModule(t, dir)
		plant(t, dir, example("drones", text)...)
		for _, f := range c.generate(t, dir) {
			found[i] += string(f.Data)
		}
	}
	assert.Contains(t, found[0], "maxLength: 20")
	assert.Equal(t, found[0], found[1])
}
