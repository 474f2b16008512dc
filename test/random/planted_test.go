package random

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/test/random/source"
)

// plantedFault is a change of the generated code of one kind, and the check that must find it.
type plantedFault struct {
	// form is the form of the kind's field.
	form string
	// in is a file of the project, in which the regular expression from is replaced by to.
	in, from, to string
	check        string
}

func faults() []plantedFault {
	const typed, fake = "generated/clientset/versioned/typed/catalogue/v1/catalogue_client.go", "generated/clientset/versioned/typed/catalogue/v1/fake/fake_catalogue_client.go"
	return []plantedFault{
		{"Floats", "apis/catalogue/v1/zz_generated.deepcopy.go", `\tout\.Floats\d+ = slices\.Clone\(in\.Floats\d+\)\n`, "", "copies"},
		{"Int8", "generated/codec/catalogue/v1/codec.go", `(case "int8\d+":\n\t+)scan\.Int\(s, &v\.Int8\d+\)`, "${1}s.Skip()", "decoders"},
		{"Int64", "generated/codec/catalogue/v1/codec.go", `encode\.Int\(w\.Name\("int64\d+"\), &v\.Int64\d+\)`, "_ = w", "encoders"},
		{"Uint32", "generated/codec/catalogue/v1/codec.go", `(w\.Name\("uint32)(\d+"\))`, "${1}s$2", "encoders"},
		{"Int16", "generated/applyconfiguration/catalogue/v1/applyconfigurations.go", "(Int16\\d+ +\\*int16 +)`json:\"[^\"]*\"`", "${1}`json:\"-\"`", "configurations"},
		{"Float64", "generated/applyconfiguration/catalogue/v1/applyconfigurations.go", `b\.Float64\d+ = &value`, "_ = value", "configurations"},
		{"Int32", "generated/applyconfiguration/internal/catalogue_v1.go", ` +- \{name: int32\d+, [^\n]*\n`, "", "server"},
		{"StringMap", "generated/listers/catalogue/v1/listers.go", `(return ofStringMapEntryNamespaceLister\{typed\.NewNamespaceLister\(s\.Lister, )namespace`, `${1}"default"+namespace[:0]`, "informers"},
		{"Bools", fake, `Resource: "ofboolsentries"`, `Resource: "ofboolsothers"`, "fake"},
		{"Bytes", typed, `(type OfBytesEntryInterface interface \{[^}]*?)\n\tPatch\([^\n]*`, "$1", "verbs"},
	}
}

// TestPlantedFaultsAreFound plants one fault in the output of each of some kinds. The right check must find each of them, and no check
// may find one in the kind without a fault.
func TestPlantedFaultsAreFound(t *testing.T) {
	w := newHarness(t)
	forms := []string{"Ints"}
	for _, f := range faults() {
		forms = append(forms, f.form)
	}
	p := source.Catalogue(source.Options{Only: forms})
	w.start(t, []*source.Project{p})
	require.Empty(t, w.generate(t, []*source.Project{p}))
	for _, f := range faults() {
		file := filepath.Join(w.module, p.Name, filepath.FromSlash(f.in))
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		from := regexp.MustCompile(f.from)
		require.Regexp(t, from, string(text), "the fault of %s cannot be planted", f.form)
		require.NoError(t, os.WriteFile(file, from.ReplaceAll(text, []byte(f.to)), 0o600))
	}
	require.Error(t, w.again(t.Context(), p, "clientgen"), "a second run must find the faults")
	require.Error(t, w.again(t.Context(), p, "informergen"), "a second run must find the faults")
	out, err := w.command(t.Context(), w.module, w.program(t, []*source.Project{p}), "-test.run", "^Test_"+p.Name+"$")
	require.Error(t, err)
	found := map[string]bool{}
	for _, m := range failedTest.FindAllStringSubmatch(out, -1) {
		found[m[1]+" "+m[2]] = true
		assert.NotEqual(t, "v1.OfIntsEntry", m[1], "a kind without a fault")
	}
	for _, f := range faults() {
		assert.Contains(t, found, "v1.Of"+f.form+"Entry "+f.check, "the fault of %s is not found\n%s", f.form, shorten(out))
	}
}

// TestCompileErrorsAreFound adds a compile error to the output, which both go/types and the compiler must find.
func TestCompileErrorsAreFound(t *testing.T) {
	w := newHarness(t)
	p := source.Catalogue(source.Options{Only: []string{"Ints"}})
	w.start(t, []*source.Project{p})
	require.Empty(t, w.generate(t, []*source.Project{p}))
	require.Empty(t, w.types(t, []*source.Project{p}))
	w.write(t, map[string]string{p.Name + "/generated/listers/catalogue/v1/more.go": "package v1\n\nvar _ = nowhere\n"})
	failed := w.types(t, []*source.Project{p})
	require.Len(t, failed, 1)
	assert.Contains(t, failed[0].text, "undefined: nowhere")
	failed = w.build(t, []*source.Project{p})
	require.Len(t, failed, 1)
	assert.Contains(t, failed[0].text, "undefined: nowhere")
}
