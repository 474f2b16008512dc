package gen

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// artifact is what --with and --without name.
type artifact struct {
	name string
	tool string
	// templates are the names of the rows in the registry of templates that emit it.
	templates []string
	// beside is the name of the file that it emits beside the types, "" for one below the output folder.
	beside string
	// dir is its folder below the output folder.
	dir func(model.Layout) string
}

// artifacts is the table of all artifacts. Those whose templates do not exist are not offered.
func artifacts() []artifact {
	clientset := func(l model.Layout) string { return l.ClientsetDir }
	return []artifact{
		{name: "deepcopy", tool: "clientgen", templates: []string{"deepcopy"}, beside: "zz_generated.deepcopy.go"},
		{name: "register", tool: "clientgen", templates: []string{"register"}, beside: "zz_generated.register.go"},
		{name: "clientset", tool: "clientgen", templates: []string{"clientset", "scheme", "typed"}, dir: clientset},
		{name: "fake", tool: "clientgen", templates: []string{"fake"}, dir: clientset},
		{
			name: "applyconfiguration", tool: "clientgen", templates: []string{"applyconfiguration"},
			dir: func(l model.Layout) string { return l.ApplyDir },
		},
		{name: "listers", tool: "informergen", templates: []string{"listers"}, dir: func(l model.Layout) string { return l.ListersDir }},
		{name: "informers", tool: "informergen", templates: []string{"informers"}, dir: func(l model.Layout) string { return l.InformersDir }},
	}
}

// Artifacts are the names that a tool's --with and --without take.
func Artifacts(tool string) []string {
	var names []string
	for _, a := range artifacts() {
		if a.tool == tool && slices.ContainsFunc(a.templates, rendered) {
			names = append(names, a.name)
		}
	}
	return names
}

// choose settles which artifacts a run emits.
func choose(tool string, with, without []string) (map[string]bool, error) {
	all := Artifacts(tool)
	if len(all) == 0 {
		return nil, misuse{fmt.Errorf("unknown tool %q", tool)}
	}
	for _, name := range slices.Concat(with, without) {
		if !slices.Contains(all, name) {
			return nil, misuse{fmt.Errorf("%s emits no %q: choose among %s", tool, name, strings.Join(all, ", "))}
		}
	}
	if len(with) == 0 {
		with = all
	}
	chosen := map[string]bool{}
	for _, name := range with {
		chosen[name] = !slices.Contains(without, name)
	}
	return chosen, nil
}

// templateNames are the rows of the registry that the chosen artifacts need.
func (s *settings) templateNames() map[string]bool {
	names := map[string]bool{}
	for _, a := range artifacts() {
		for _, name := range a.templates {
			if s.artifacts[a.name] {
				names[name] = true
			}
		}
	}
	return names
}

// emits tells whether the run emits the file beside the types of that base name, and may replace what stands there.
func (s *settings) emits(base string) bool {
	return slices.ContainsFunc(artifacts(), func(a artifact) bool { return a.beside == base && s.artifacts[a.name] })
}

// roots are the folders of the chosen artifacts.
func (s *settings) roots() []string {
	var roots []string
	for _, a := range artifacts() {
		if s.artifacts[a.name] && a.dir != nil {
			roots = append(roots, filepath.Join(s.OutputDir, filepath.FromSlash(a.dir(s.layout))))
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// prunes tells whether a file below the roots belongs to a chosen artifact: clientset and fake share a folder.
func (s *settings) prunes(path string) bool {
	if s.Tool != "clientgen" {
		return true
	}
	fake := filepath.Base(filepath.Dir(path)) == "fake"
	below := strings.HasPrefix(path, filepath.Join(s.OutputDir, filepath.FromSlash(s.layout.ClientsetDir)))
	return !below || fake && s.artifacts["fake"] || !fake && s.artifacts["clientset"]
}
