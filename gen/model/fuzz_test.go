package model

import (
	"errors"
	"strings"
	"testing"
)

// FuzzMarkers builds an API from whatever somebody may have written into the comments of a package and a type: there is
// an API with at least a kind, or an error that says where.
func FuzzMarkers(f *testing.F) {
	for _, seed := range [][2]string{
		{"+groupName=a.example.com", "+genclient"},
		{"+groupName=\n+groupGoName=X", "+genclient\n+genclient:onlyVerbs=get,list\n+resourceName=x"},
		{"+k8s:deepcopy-gen=package", "+genclient\n+genclient:method=Scale,verb=get,result=k8s.io/api/autoscaling/v1.Scale"},
		{"+groupName=-", "+genclient\n+kubebuilder:resource:path=x,scope=Cluster"},
		{"", "+genclient=\n+genclient:\n+genclient:method=,=,"},
		{"+groupName=\"q\"", "+genclinet\n+k8s:deepcopy-gen:\n+k8:\n+:"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, onPackage, onType string) {
		p := pkg("m/a/v1", strings.Split(onPackage, "\n")...)
		object(p, "Robot", strings.Split(onType, "\n")...)
		api, err := Build([]*Package{p}, BuildOptions{})
		if err != nil {
			input, ok := errors.AsType[*InputError](err)
			if !ok {
				t.Fatalf("an error of another type: %v", err)
			}
			for _, problem := range input.Problems {
				if problem.What == "" || !problem.Pos.IsValid() && !strings.Contains(problem.What, "name") {
					t.Errorf("a problem without a place or a reason: %q", problem)
				}
			}
			return
		}
		for _, g := range api.Groups {
			if g.GoName == "" || folderName(g.Package) != g.Package {
				t.Errorf("group %q has the Go name %q and the folder %q", g.Name, g.GoName, g.Package)
			}
			for _, k := range g.Versions[0].Kinds {
				if !resourceLabel.MatchString(k.Resource) {
					t.Errorf("resource %q", k.Resource)
				}
			}
		}
	})
}
