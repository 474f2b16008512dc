package gen

import (
	"path/filepath"
	"slices"

	"github.com/typewright/typewright/gen/emit"
	"github.com/typewright/typewright/gen/model"
	"github.com/typewright/typewright/gen/templates"
)

// rendered reports whether the registry has a row of that name.
func rendered(name string) bool {
	return slices.ContainsFunc(templates.All(), func(t templates.Template) bool { return t.Name == name })
}

// render runs the templates and gives their files absolute paths.
func (s *settings) render(api *model.API) ([]emit.File, error) {
	rendered, err := templates.Render(api, s.templateNames())
	if err != nil {
		return nil, err
	}
	files := make([]emit.File, len(rendered))
	for i, f := range rendered {
		dir := f.Dir
		if dir == "" {
			dir = s.OutputDir
		}
		files[i] = emit.File{Path: filepath.Join(dir, filepath.FromSlash(f.Path)), Source: f.Source}
	}
	return files, nil
}
