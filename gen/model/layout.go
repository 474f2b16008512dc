package model

import "path"

// Layout says where emitted packages lie: their import paths, and their folders relative to the output folder. Files beside the
// types (deepcopy, register) lie in the folder of their package.
type Layout struct {
	// Root is the import path of the output folder, such as "example.com/project/generated".
	Root string
	// ClientsetDir and the others are slash-separated folders below the output folder.
	ClientsetDir string // "clientset/versioned": clientset/ and --clientset-name
	ApplyDir     string // "applyconfiguration"
	CodecDir     string // "codec"
	ListersDir   string // "listers"
	InformersDir string // "informers/externalversions"
	// CRDDir is the absolute folder of CustomResourceDefinitions, which need not lie below the output folder.
	CRDDir string
	// Clientset, Apply and Listers are import paths: below Root unless a flag names packages emitted elsewhere
	// (--versioned-clientset-package, --listers-package). Apply is empty without apply configurations: typed
	// clients then have no Apply and ApplyStatus. Codec is empty if the run emits no codecs: typed clients then decode by
	// reflection.
	Clientset, Apply, Codec, Listers, Informers string
	// ClientsetName is the package name of the clientset, such as "versioned".
	ClientsetName string
}

// TypedClient is the import path of a group-version's typed client.
func (l Layout) TypedClient(v *Version) string {
	return path.Join(l.Clientset, "typed", v.Group.Package, v.Name)
}

// ViewClient is the import path of the clients of a group-version's views.
func (l Layout) ViewClient(v *Version) string {
	return path.Join(l.Clientset, "views", v.Group.Package, v.Name)
}

// ViewClientDir is the folder of the clients of a group-version's views.
func (l Layout) ViewClientDir(v *Version) string {
	return path.Join(l.ClientsetDir, "views", v.Group.Package, v.Name)
}

// TypedClientDir is the folder of a group-version's typed client.
func (l Layout) TypedClientDir(v *Version) string {
	return path.Join(l.ClientsetDir, "typed", v.Group.Package, v.Name)
}

// Scheme is the import path of the clientset's scheme package.
func (l Layout) Scheme() string { return path.Join(l.Clientset, "scheme") }

// Lister is the import path of a group-version's listers.
func (l Layout) Lister(v *Version) string { return path.Join(l.Listers, v.Group.Package, v.Name) }

// ListerDir is the folder of a group-version's listers.
func (l Layout) ListerDir(v *Version) string {
	return path.Join(l.ListersDir, v.Group.Package, v.Name)
}

// Informer is the import path of a group-version's informers, or of the group if the version is nil.
func (l Layout) Informer(g *Group, v *Version) string {
	if v == nil {
		return path.Join(l.Informers, g.Package)
	}
	return path.Join(l.Informers, g.Package, v.Name)
}

// InformerDir is the folder of a group-version's informers, or of the group if the version is nil.
func (l Layout) InformerDir(g *Group, v *Version) string {
	if v == nil {
		return path.Join(l.InformersDir, g.Package)
	}
	return path.Join(l.InformersDir, g.Package, v.Name)
}

// ApplyConfiguration is the import path of a group-version's apply configurations.
func (l Layout) ApplyConfiguration(v *Version) string {
	return path.Join(l.Apply, v.Group.Package, v.Name)
}

// ApplyConfigurationDir is the folder of a group-version's apply configurations.
func (l Layout) ApplyConfigurationDir(v *Version) string {
	return path.Join(l.ApplyDir, v.Group.Package, v.Name)
}

// CodecPackage is the import path of a group-version's codecs.
func (l Layout) CodecPackage(v *Version) string {
	return path.Join(l.Codec, v.Group.Package, v.Name)
}
