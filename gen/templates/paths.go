package templates

import (
	"path"

	"github.com/typewright/typewright/gen/model"
)

// The functions below say where the files of an artifact go.

func beside(name string) func(*model.Package) string {
	return func(*model.Package) string { return name }
}

func inClientset(name string) func(*model.API) string {
	return func(a *model.API) string { return path.Join(a.Layout.ClientsetDir, name) }
}

func inTypedClient(name string) func(*model.Version) string {
	return func(v *model.Version) string { return path.Join(layoutOf(v).TypedClientDir(v), name) }
}

func typedClientPath(v *model.Version) string {
	return inTypedClient(v.Group.Package + "_client.go")(v)
}

func fakeClientPath(v *model.Version) string {
	return inTypedClient("fake/fake_" + v.Group.Package + "_client.go")(v)
}

func inApply(name string) func(*model.API) string {
	return func(a *model.API) string { return path.Join(a.Layout.ApplyDir, name) }
}

func inListers(name string) func(*model.Version) string {
	return func(v *model.Version) string { return path.Join(layoutOf(v).ListerDir(v), name) }
}

func inInformers(name string) func(*model.API) string {
	return func(a *model.API) string { return path.Join(a.Layout.InformersDir, name) }
}

func inGroupInformers(name string) func(*model.Group) string {
	return func(g *model.Group) string { return path.Join(g.API.Layout.InformerDir(g, nil), name) }
}

func inVersionInformers(name string) func(*model.Version) string {
	return func(v *model.Version) string { return path.Join(layoutOf(v).InformerDir(v.Group, v), name) }
}

func layoutOf(v *model.Version) model.Layout { return v.Group.API.Layout }
