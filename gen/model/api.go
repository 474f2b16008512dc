package model

import (
	"slices"
	"strings"
)

// API is the root: everything that one run emits from.
type API struct {
	// Groups in the order of their names; two groups never share GoName or Package.
	Groups []*Group
	// Viewed are groups of which the input has views and no clients, in the order of their names. They share no name with those
	// in Groups.
	Viewed []*Group
	// Packages are all input packages by import path, those without a client included (deepcopy and register files
	// are emitted for them too), in the order of their paths.
	Packages []*Package
	// Layout says where emitted packages lie.
	Layout Layout
	// Options change what emitted files say.
	Options Options
}

// Options are the settings of a run that change what emitted files say.
type Options struct {
	// Header is the licence text for the top of each file, as a Go comment, with a final newline; may be empty.
	Header string
	// Tool is the command that emits, "clientgen" or "informergen": each file carries GeneratedLine(Tool).
	Tool string
	// PrefersProtobuf makes typed clients ask for protobuf first (--prefers-protobuf).
	PrefersProtobuf bool
	// ExternalApply says where apply configurations of types outside the input lie (--external-applyconfigurations):
	// it maps "import/path.Name", or "import/path" for all structs of a package, to the import path of the package that
	// holds them. Those of apimachinery's meta/v1 need not be named.
	ExternalApply map[string]string
	// CRDs are the settings of CustomResourceDefinitions.
	CRDs CRDOptions
	// ExternalCodecs says where codecs of other packages' types lie (--external-codecs): it maps import paths to import
	// paths. Those of apimachinery's meta/v1 need not be named.
	ExternalCodecs map[string]string
}

// VersionAnnotation is the annotation of a CustomResourceDefinition that holds the version of the tool.
const VersionAnnotation = "typewright.dev/clientgen-version"

// CRDOptions are the settings of CustomResourceDefinitions.
type CRDOptions struct {
	// All includes kinds of other modules. Otherwise those of the workspace get a definition.
	All bool
	// MaxDescription is the length in bytes to which descriptions are cut; nil means that they are not cut.
	MaxDescription *int
	// PerGroup puts all definitions of a group into one file.
	PerGroup bool
	// Version, if it is not empty, is what definitions name as the version of the tool in the annotation [VersionAnnotation].
	Version string
}

// Group is one API group with all its versions, which may come from several packages.
type Group struct {
	API *API
	// Name is the full name, such as "gateway.networking.k8s.io"; "" for the core group.
	Name string
	// GoName is the exported identifier, such as "Gateway", from +groupGoName or the first part of Name; "Core" for
	// the core group. Unique in the API.
	GoName string
	// Package is the name of the group's folder below typed/, listers and informers: lower case, such as "gateway".
	Package string
	// Versions in Kubernetes' order of priority, stable ones first (v2, v1, v1beta1, v1alpha1).
	Versions []*Version
	// Viewed are versions of which the input has views and no clients, in the same order.
	Viewed []*Version
}

// Version is one version of a group: one input package.
type Version struct {
	Group *Group
	// Name is the API version, such as "v1beta1".
	Name string
	// GoName is the exported identifier, such as "V1beta1".
	GoName string
	// Package declares the Go types.
	Package *Package
	// Kinds have the marker +genclient. They are sorted by GoName. Each version in [Group.Versions] has at least one.
	Kinds []*Kind
	// Views are types, of any package of the input, with some of the fields of a kind of this version. They are sorted by GoName.
	Views []*Kind
	// Objects are the types that a cluster could store, with a client or without, sorted by name.
	Objects []*Object
}

// Object is a type that embeds TypeMeta and ObjectMeta, so that a cluster can serve it as a custom resource.
type Object struct {
	Version *Version
	Decl    *Decl
	// Client is the kind of the type; nil without +genclient.
	Client *Kind
	// Resource is the name of the resource on the wire. Named means that a marker says so.
	Resource   string
	Named      bool
	Namespaced bool
}

// Kind is one type with +genclient: a resource with a client. A view, a type with +typewright:view, is a Kind too: that of which it is a
// view under another Go type, and without a client that writes.
type Kind struct {
	Version *Version
	// GoName is the type's name, such as "Gateway".
	GoName string
	// Plural is the exported plural identifier, such as "Gateways".
	Plural string
	// Resource is the resource's name on the wire, such as "gateways"; from +resourceName where given.
	Resource string
	// Decl is the type's declaration.
	Decl *Decl
	// List is the declaration of the list type, such as GatewayList; nil if the package has none.
	List *Decl
	// Of is the type that a view is of; nil for a kind. Meta is the struct of its own that a view has in place of metav1.ObjectMeta.
	Of, Meta *Decl
	// Namespaced is false with +genclient:nonNamespaced.
	Namespaced bool
	// Status means that the type has a field Status and no +genclient:noStatus.
	Status bool
	// Verbs are the verbs offered, in the order of [AllVerbs]; empty with +genclient:noVerbs. UpdateStatus and
	// ApplyStatus are among them only with Status, and List, Watch and DeleteCollection only with a List.
	Verbs []Verb
	// Methods are the extra methods of +genclient:method, in source order.
	Methods []Method
	// Expansions says which *_expansion.go files beside the emitted ones are handwritten.
	Expansions Expansions
}

// Expansions says which expansion interfaces are handwritten, so that empty ones are not emitted.
type Expansions struct {
	Client, Lister, NamespaceLister bool
}

// Method is an extra client method declared by +genclient:method=Name,verb=…,subresource=…,input=…,result=….
type Method struct {
	Name string
	Verb Verb
	// Subresource is the path below the object, such as "scale"; "" for the object itself.
	Subresource string
	// Input and Result are the types of body and answer; nil means the kind itself (for Result of a list: its list).
	Input, Result *Type
}

// ExpansionFile is the name of the file that holds handwritten methods of a kind's client or lister.
func (k *Kind) ExpansionFile() string { return strings.ToLower(k.GoName) + "_expansion.go" }

// Has reports whether the kind offers the verb.
func (k *Kind) Has(v Verb) bool {
	return slices.Contains(k.Verbs, v)
}

// GroupVersion is the apiVersion on the wire: "group/version", or "version" alone for the core group.
func (v *Version) GroupVersion() string {
	if v.Group.Name == "" {
		return v.Name
	}
	return v.Group.Name + "/" + v.Name
}

// GroupGoName is the identifier of group and version together, such as "GatewayV1": the clientset's accessor.
func (v *Version) GroupGoName() string { return v.Group.GoName + v.GoName }
