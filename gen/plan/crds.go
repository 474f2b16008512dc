package plan

import (
	"github.com/typewright/typewright/gen/crd"
)

// CRDs is the content of a YAML file with CustomResourceDefinitions.
type CRDs struct {
	// Documents are plain data: maps, lists and scalars.
	Documents []map[string]any
}

// definitions is the row of the files of CustomResourceDefinitions: one for each, or one for each group.
func definitions(p *planner) []task {
	var tasks []task
	var files []string
	byFile := map[string][]*crd.Definition{}
	for _, d := range p.crds {
		file := d.Group + "_" + d.Plural + ".yaml"
		if p.api.Options.CRDs.PerGroup {
			file = d.Group + ".yaml"
		}
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], d)
	}
	for _, file := range files {
		tasks = append(tasks, task{File{Dir: p.api.Layout.CRDDir, Path: file}, func() Content {
			c := &CRDs{}
			for _, d := range byFile[file] {
				c.Documents = append(c.Documents, d.Document())
			}
			return c
		}})
	}
	return tasks
}
