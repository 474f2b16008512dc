package gen

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// artifact is a kind of output that --with and --without select by name.
type artifact struct {
	name string
	tool string
	// templates are the rows of the template registry that emit it.
	templates []string
	// beside is the name of the file that it emits into each package of types; empty if it emits below the output folder.
	beside string
	// files and dirs are the single files and the whole folders that it owns, relative to the output folder; nil if none.
	files, dirs func(model.Layout) []string
}

// artifacts is the table of all artifacts.
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

// below joins each name to dir.
func below(dir string, names ...string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = path.Join(dir, name)
	}
	return paths
}

// Artifacts returns the names that a tool accepts for --with and --without, in the order of the table. The result is empty
// if the tool is unknown.
func Artifacts(tool string) []string {
	var names []string
	for _, a := range artifacts() {
		if a.tool == tool {
			names = append(names, a.name)
		}
	}
	return names
}

// choose returns which artifacts a run emits. Empty with means all of the tool's; without takes precedence over with.
func choose(tool string, with, without []string) (map[string]bool, error) {
	all := Artifacts(tool)
	if len(all) == 0 {
		return nil, misuse{fmt.Errorf("unknown tool %q", tool)}
	}
	for _, name := range slices.Concat(with, without) {
		if !slices.Contains(all, name) {
			return nil, misuse{fmt.Errorf("%s cannot emit %q: choose among %s", tool, name, strings.Join(all, ", "))}
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

// templateNames returns the rows of the registry that the chosen artifacts need.
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

// emits reports whether a chosen artifact emits a file of that base name beside the types.
func (s *settings) emits(base string) bool {
	return slices.ContainsFunc(artifacts(), func(a artifact) bool { return a.beside == base && s.artifacts[a.name] })
}

// ownedDirs returns the folders of the chosen artifacts as absolute paths.
func (s *settings) ownedDirs() []string {
	return s.owned(func(a artifact) func(model.Layout) []string { return a.dirs })
}

// ownedFiles returns the chosen artifacts' files that lie outside these folders, as absolute paths.
func (s *settings) ownedFiles() []string {
	return s.owned(func(a artifact) func(model.Layout) []string { return a.files })
}

// owned returns the paths of a column of the table for the chosen artifacts, sorted, each once.
func (s *settings) owned(column func(artifact) func(model.Layout) []string) []string {
	var paths []string
	for _, a := range artifacts() {
		if list := column(a); s.artifacts[a.name] && list != nil {
			for _, path := range list(s.layout) {
				paths = append(paths, s.output(path))
			}
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// prunes reports whether a file below ownedDirs belongs to a chosen artifact: clientset and fake share folders.
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
