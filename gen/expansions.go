package gen

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// findExpansions looks for handwritten <kind>_expansion.go files beside the emitted ones. As with Kubernetes'
// generators the file's name alone counts: where it exists, the kind's empty expansion interfaces are left out.
func (s *settings) findExpansions(api *model.API) error {
	for _, g := range api.Groups {
		for _, v := range g.Versions {
			clients, err := s.expansions(s.layout.TypedClientDir(v))
			if err != nil {
				return err
			}
			listers, err := s.expansions(s.layout.ListerDir(v))
			if err != nil {
				return err
			}
			for _, k := range v.Kinds {
				name := strings.ToLower(k.GoName) + "_expansion.go"
				k.Expansions = model.Expansions{Client: clients[name], Lister: listers[name], NamespaceLister: listers[name]}
			}
		}
	}
	return nil
}

func (s *settings) expansions(dir string) (map[string]bool, error) {
	entries, err := os.ReadDir(filepath.Join(s.OutputDir, filepath.FromSlash(dir)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	found := map[string]bool{}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), "_expansion.go") {
			found[entry.Name()] = true
		}
	}
	return found, nil
}
