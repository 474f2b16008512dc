package gen

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/memo"
	"github.com/typewright/typewright/gen/model"
)

// findExpansions looks for handwritten <kind>_expansion.go files beside the emitted ones. As with Kubernetes'
// generators the file's name alone counts: where it exists, the kind's empty expansion interfaces are left out.
func (s *settings) findExpansions(api *model.API) error {
	found := map[string][]string{}
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			clientDir, listerDir := s.output(s.layout.TypedClientDir(v)), s.output(s.layout.ListerDir(v))
			for _, dir := range []string{clientDir, listerDir} {
				names, err := memo.Expansions(dir)
				if err != nil {
					return err
				}
				found[dir] = names
			}
			for _, k := range v.Kinds {
				name := strings.ToLower(k.GoName) + "_expansion.go"
				lister := slices.Contains(found[listerDir], name)
				k.Expansions = model.Expansions{Client: slices.Contains(found[clientDir], name), Lister: lister, NamespaceLister: lister}
			}
		}
	}
	s.expansions = found
	return nil
}

// output is the absolute path of a slash-separated one below the output folder.
func (s *settings) output(path string) string {
	return filepath.Join(s.OutputDir, filepath.FromSlash(path))
}
