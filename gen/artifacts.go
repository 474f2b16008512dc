package gen

import (
	"fmt"
	"path"
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
	// files and dirs are what belongs to it below the output folder: single files, and folders with all below.
	files, dirs func(model.Layout) []string
}

// artifacts is the table of all artifacts. Those whose templates do not exist are not offered.
func artifacts() []artifact {
	return []artifact{
		{name: "deepcopy", tool: "clientgen", templates: []string{"deepcopy"}, beside: "zz_generated.deepcopy.go"},
		{name: "register", tool: "clientgen", templates: []string{"register"}, beside: "zz_generated.register.go"},
		{
			name: "clientset", tool: "clientgen", templates: []string{"clientset", "scheme", "typed"},
			files: func(l model.Layout) []string { return below(l.ClientsetDir, "clientset.go", "doc.go") },
			dirs:  func(l model.Layout) []string { return below(l.ClientsetDir, "scheme", "typed") },
		},
		{
			name: "fake", tool: "clientgen", templates: []string{"fake"},
			dirs: func(l model.Layout) []string { return below(l.ClientsetDir, "fake", "typed") },
		},
		{
			name: "applyconfiguration", tool: "clientgen", templates: []string{"applyconfiguration"},
			dirs: func(l model.Layout) []string { return below(l.ApplyDir, "") },
		},
		{
			name: "codec", tool: "clientgen", templates: []string{"codec"},
			dirs: func(l model.Layout) []string { return below(l.CodecDir, "") },
		},
		{
			name: "listers", tool: "informergen", templates: []string{"listers"},
			dirs: func(l model.Layout) []string { return below(l.ListersDir, "") },
		},
		{
			name: "informers", tool: "informergen", templates: []string{"informers"},
			dirs: func(l model.Layout) []string { return below(l.InformersDir, "") },
		},
	}
}

func below(dir string, names ...string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path.Join(dir, name)
	}
	return paths
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
	return s.places(func(a artifact) func(model.Layout) []string { return a.dirs })
}

// singles are the chosen artifacts' files that lie outside of such folders.
func (s *settings) singles() []string {
	return s.places(func(a artifact) func(model.Layout) []string { return a.files })
}

func (s *settings) places(of func(artifact) func(model.Layout) []string) []string {
	var places []string
	for _, a := range artifacts() {
		if list := of(a); s.artifacts[a.name] && list != nil {
			for _, place := range list(s.layout) {
				places = append(places, s.output(place))
			}
		}
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// prunes tells whether a file below the roots belongs to a chosen artifact: clientset and fake share folders.
func (s *settings) prunes(path string) bool {
	clientset := s.output(s.layout.ClientsetDir)
	shared := slices.ContainsFunc(below(clientset, "fake", "typed"), func(dir string) bool {
		return strings.HasPrefix(path, dir+string(filepath.Separator))
	})
	if s.Tool != "clientgen" || !shared {
		return true
	}
	fake := filepath.Base(filepath.Dir(path)) == "fake"
	return fake && s.artifacts["fake"] || !fake && s.artifacts["clientset"]
}
