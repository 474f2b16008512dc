package gen

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/plan"
)

// Artifacts returns the names that a tool accepts for --with and --without, in the order of the table. The result is empty
// if the tool is unknown.
func Artifacts(tool string) []string {
	var names []string
	for _, a := range plan.Artifacts() {
		if a.Tool == tool {
			names = append(names, a.Name)
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

// emits reports whether a chosen artifact emits a file of that base name beside the types.
func (s *settings) emits(base string) bool {
	return slices.ContainsFunc(plan.Artifacts(), func(a plan.Artifact) bool { return a.Beside == base && s.artifacts[a.Name] })
}

// ownedDirs returns the folders of the chosen artifacts as absolute paths.
func (s *settings) ownedDirs() []string {
	return s.owned(func(a plan.Artifact) []string {
		if a.Name == "crd" && s.foreign {
			return nil
		}
		return a.OwnedDirs(s.layout)
	})
}

// ownedFiles returns the chosen artifacts' files that lie outside these folders, as absolute paths.
func (s *settings) ownedFiles() []string {
	return s.owned(func(a plan.Artifact) []string { return a.OwnedFiles(s.layout) })
}

// owned returns the paths that the chosen artifacts own, sorted, each once.
func (s *settings) owned(of func(plan.Artifact) []string) []string {
	var paths []string
	for _, a := range plan.Artifacts() {
		if !s.artifacts[a.Name] {
			continue
		}
		for _, path := range of(a) {
			paths = append(paths, s.output(path))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// prunes reports whether a file below ownedDirs belongs to a chosen artifact: clientset and fake share folders.
func (s *settings) prunes(path string) bool {
	clientset := s.output(s.layout.ClientsetDir)
	shared := slices.ContainsFunc([]string{"fake", "typed"}, func(name string) bool {
		return strings.HasPrefix(path, filepath.Join(clientset, name)+string(filepath.Separator))
	})
	if s.Tool != "clientgen" || !shared {
		return true
	}
	fake := filepath.Base(filepath.Dir(path)) == "fake"
	return fake && s.artifacts["fake"] || !fake && s.artifacts["clientset"]
}
