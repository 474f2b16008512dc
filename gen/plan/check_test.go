package plan

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/typewright/typewright/gen/model"
)

// versionOf is a version with a kind for each name, and their verbs.
func versionOf(kinds map[string][]model.Verb) *model.Version {
	v := &model.Version{Group: &model.Group{Name: "fleet.example.com", GoName: "Fleet"}, Name: "v1", GoName: "V1", Package: &model.Package{}}
	for _, name := range []string{"Robot", "Typed", "TypedRobot"} {
		if verbs, ok := kinds[name]; ok {
			v.Kinds = append(v.Kinds, &model.Kind{Version: v, GoName: name, Decl: &model.Decl{Name: name, Package: v.Package}, Verbs: verbs})
		}
	}
	return v
}

// TestNamesOfKindsThatArtifactsLeaveOut compares the problems of kinds with clashing names: there are none unless an artifact
// emits something for both.
func TestNamesOfKindsThatArtifactsLeaveOut(t *testing.T) {
	all := []model.Verb{model.Get, model.List, model.Watch}
	get := []model.Verb{model.Get}
	const (
		both  = "kinds Robot and TypedRobot both lead to a TypedRobotInformer: rename one of them, or emit no informers for the package"
		typed = "a kind cannot be called Typed: TypedInformer is a method of every informer: rename it, or emit no informers for the package"
	)
	for name, test := range map[string]struct {
		kinds  map[string][]model.Verb
		chosen string
		want   []string
	}{
		"both have informers":      {map[string][]model.Verb{"Robot": all, "TypedRobot": all}, "informers", []string{both}},
		"one can only be got":      {map[string][]model.Verb{"Robot": all, "TypedRobot": get}, "informers", nil},
		"the other can":            {map[string][]model.Verb{"Robot": get, "TypedRobot": all}, "informers", nil},
		"no informers are emitted": {map[string][]model.Verb{"Robot": all, "TypedRobot": all}, "clientset", nil},
		"Typed has an informer":    {map[string][]model.Verb{"Typed": all}, "informers", []string{typed}},
		"Typed has none":           {map[string][]model.Verb{"Typed": get}, "informers", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var problems model.Problems
			p := planner{chosen: map[string]bool{test.chosen: true}}
			p.checkNames(&problems, versionOf(test.kinds))
			var got []string
			if err, ok := errors.AsType[*model.InputError](problems.Err()); ok {
				for _, problem := range err.Problems {
					got = append(got, problem.Error())
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

// TestSchemaNames chooses names for schemas beside the names that all schemas share and beside each other.
func TestSchemaNames(t *testing.T) {
	names := schemaNames{}
	for _, test := range []struct{ base, schema, types string }{
		{"fleetV1", "fleetV1", "fleetV1Types"},
		{"fleetV1", "fleetV1_", "fleetV1_Types"},
		{"fleetV1Types", "fleetV1Types_", "fleetV1Types_Types"},
		{"otherTypes", "otherTypes_", "otherTypes_Types"},
		{"other", "other_", "other_Types"},
		{"all", "all_", "all_Types"},
	} {
		schema, types := names.choose(test.base)
		assert.Equal(t, test.schema, schema)
		assert.Equal(t, test.types, types)
	}
}
