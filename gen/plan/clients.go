package plan

import (
	"path"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

// TypedClient is the content of <group>_client.go: the client of a group-version with the clients of its kinds.
type TypedClient struct {
	*model.Version

	// Schemes are the packages whose types the clients send and receive.
	Schemes []*model.Package
	// Decoders is the table of decoders; empty if the run emits no codecs. Encoders is that of encoders; empty if the run emits none.
	Decoders, Encoders Name
	Clients            []Client
}

// FakeClient is the content of fake/fake_<group>_client.go: the fake client of a group-version.
type FakeClient struct {
	*model.Version

	// Typed is the import path of the real clients, TypedAlias the name under which it is imported.
	Typed, TypedAlias string
	Clients           []Client
}

// Client is the client of a kind.
type Client struct {
	*model.Kind

	// Impl is the name of the type that implements it, New that of the function that makes one.
	Impl, New string
	// Offers are the verbs that become methods.
	Offers []model.Verb
	// Object is the parameter for an object or a configuration.
	Object string
	// Config is the apply configuration; nil if the kind is not applied.
	Config *model.Decl
	// PrefersProtobuf means that it asks for protobuf first.
	PrefersProtobuf bool
	// Extra are the methods of +genclient:method.
	Extra []ClientMethod
}

// ClientMethod is a method of +genclient:method.
type ClientMethod struct {
	Name        string
	Verb        model.Verb
	Subresource string
	// Owner is the parameter for the name of the object that a subresource belongs to.
	Owner string
	// Input is the type of the body, or its apply configuration, and Param the parameter for it.
	Input *model.Decl
	Param string
	// Result is the type of the answer.
	Result *model.Decl
	// ObjectName is an expression for the name of the object that is updated.
	ObjectName string
}

// ClientExpansions is the content of generated_expansion.go: empty interfaces for the kinds without a handwritten expansion.
type ClientExpansions struct{ Kinds []*model.Kind }

// Doc is the content of a file with nothing but a package comment.
type Doc struct{ Text string }

func typedClient(p *planner, v *model.Version) Content {
	c := &TypedClient{Version: v, Schemes: p.exchanged(v), Clients: p.clients(v)}
	if layout := p.api.Layout; layout.Codec != "" {
		pkg := layout.CodecPackage(v)
		c.Decoders = Name{Path: pkg, Alias: codecAlias(pkg, v.Package), Ident: "Table"}
		if emitsEncoders(p.api) {
			c.Encoders = Name{Path: pkg, Alias: c.Decoders.Alias, Ident: "Encoders"}
		}
	}
	return c
}

func fakeClient(p *planner, v *model.Version) Content {
	return &FakeClient{Version: v, Typed: p.api.Layout.TypedClient(v), TypedAlias: "typed" + versionAlias(v), Clients: p.clients(v)}
}

func typedDoc(_ *planner, v *model.Version) Content {
	return &Doc{"Package " + v.Name + " has the typed clients of " + v.GroupVersion() + "."}
}

func fakeDoc(_ *planner, v *model.Version) Content {
	return &Doc{"Package fake has fake clients of " + v.GroupVersion() + "."}
}

// exchanged are the packages whose types the clients of a version send and receive: its own, then those of extra methods that
// can be registered.
func (p *planner) exchanged(v *model.Version) []*model.Package {
	pkgs := []*model.Package{v.Package}
	add := func(t *model.Type) {
		if t == nil || slices.Contains(pkgs, t.Decl.Package) {
			return
		}
		if pkg := t.Decl.Package; pkg.Idents["AddToScheme"] || p.wantsRegister(pkg) {
			pkgs = append(pkgs, pkg)
		}
	}
	for _, k := range v.Kinds {
		for _, m := range k.Methods {
			add(m.Input)
			add(m.Result)
		}
	}
	return pkgs
}

// hasApply reports whether a version has apply configurations, so that its typed clients can have Apply.
func (p *planner) hasApply(v *model.Version) bool {
	return p.api.Layout.Apply != "" && !optedOut(v.Package, "applyconfiguration")
}

func (p *planner) clients(v *model.Version) []Client {
	clients := make([]Client, len(v.Kinds))
	for i, k := range v.Kinds {
		clients[i] = p.client(k)
	}
	return clients
}

// client plans the client of a kind. Without apply configurations it has no methods that take one.
func (p *planner) client(k *model.Kind) Client {
	c := Client{
		Kind: k, Impl: implName(k), New: newName(k), Object: objectParam(k, k.Decl), Offers: k.Verbs,
		PrefersProtobuf: p.api.Options.PrefersProtobuf,
	}
	if applies := k.Has(model.Apply) || k.Has(model.ApplyStatus); !p.hasApply(k.Version) {
		c.Offers = slices.DeleteFunc(slices.Clone(k.Verbs), func(v model.Verb) bool { return v == model.Apply || v == model.ApplyStatus })
	} else if applies {
		c.Config = p.apply.target(k.Decl)
	}
	for _, m := range k.Methods {
		if m.Verb != model.Apply || p.hasApply(k.Version) {
			c.Extra = append(c.Extra, p.extraMethod(k, m))
		}
	}
	return c
}

func (p *planner) extraMethod(k *model.Kind, m model.Method) ClientMethod {
	method := ClientMethod{Name: m.Name, Verb: m.Verb, Subresource: m.Subresource, Owner: ownerParam(k), Input: k.Decl, Result: k.Decl}
	if m.Input != nil {
		method.Input = m.Input.Decl
	}
	if m.Result != nil {
		method.Result = m.Result.Decl
	}
	method.Param = objectParam(k, method.Input)
	switch m.Verb {
	case model.List:
		// The list type stands beside the type that the marker names.
		method.Result = &model.Decl{Package: method.Result.Package, Name: method.Result.Name + "List"}
	case model.Update:
		method.ObjectName = metaOf(method.Input, method.Param, "Name")
	case model.Apply:
		method.Input = p.apply.target(method.Input)
	}
	return method
}

// ownerParam is the parameter for the name of the object that a subresource belongs to.
func ownerParam(k *model.Kind) string { return model.LowerFirst(k.GoName) + "Name" }

// objectParam is the parameter for an object of a type, or for its apply configuration.
func objectParam(k *model.Kind, d *model.Decl) string {
	return free(model.LowerFirst(d.Name), append(clientLocals(), ownerParam(k))...)
}

// implName is the name of the type that implements the client of a kind, such as "robots".
func implName(k *model.Kind) string {
	others := append(clientLocals(), "group", "namespace")
	for _, other := range k.Version.Kinds {
		others = append(others, newName(other))
	}
	return free(model.LowerFirst(k.Plural), others...)
}

// newName is the name of the function that makes the client of a kind, such as "newRobots".
func newName(k *model.Kind) string { return "new" + k.Plural }

// lacksClientExpansion reports whether some kind of a version has no handwritten expansion.
func lacksClientExpansion(v *model.Version) bool { return len(unexpanded(v)) > 0 }

func unexpanded(v *model.Version) []*model.Kind {
	return kinds(v.Kinds, func(k *model.Kind) bool { return !k.Expansions.Client })
}

func clientExpansions(_ *planner, v *model.Version) Content { return &ClientExpansions{unexpanded(v)} }

// Clientset is the content of clientset.go: one client for every group-version.
type Clientset struct{ Versions []ClientsetVersion }

// ClientsetVersion is the client of a group-version in a clientset.
type ClientsetVersion struct {
	*model.Version

	// Client is the import path of the typed client, Alias the name under which it is imported.
	Client, Alias string
	// Field is the field that holds it.
	Field string
}

// FakeClientset is the content of fake/clientset_generated.go.
type FakeClientset struct {
	// Clientset and Scheme are import paths, ClientsetName is the name of the former.
	Clientset, ClientsetName, Scheme string
	// TypeConverter makes a type converter; empty without apply configurations.
	TypeConverter Name
	Versions      []ClientsetVersion
	// Served are the kinds that a server stores. Named are those whose resource differs from the one that trackers guess.
	Served, Named []*model.Kind
}

// Scheme is the content of scheme/register.go: a scheme with all types of the clientset.
type Scheme struct{ Packages []*model.Package }

func clientset(p *planner, api *model.API) Content { return &Clientset{p.clientsetVersions(api)} }

func clientsetDoc(_ *planner, api *model.API) Content {
	return &Doc{"Package " + api.Layout.ClientsetName + " is a typed clientset: [NewForConfig] makes it from a *rest.Config, and it has one method for every group-version, which leads to the typed clients of its kinds."}
}

func schemeDoc(_ *planner, api *model.API) Content {
	return &Doc{"Package scheme holds the scheme of the clientset " + api.Layout.ClientsetName + ": which Go type stands for which group, version and kind."}
}

func fakeClientsetDoc(*planner, *model.API) Content {
	return &Doc{"Package fake holds clientsets for tests. [NewServerBacked] is the real clientset on an API server in the test's process. [NewSimpleClientset] and [NewClientset] are fakes that store what they are told, record actions and let reactors answer; " + PkgFakes + " describes these."}
}

func (p *planner) clientsetVersions(api *model.API) []ClientsetVersion {
	var all []ClientsetVersion
	for _, v := range versions(p) {
		all = append(all, ClientsetVersion{
			Version: v, Client: api.Layout.TypedClient(v), Alias: versionAlias(v), Field: free(model.LowerFirst(v.GroupGoName())),
		})
	}
	return all
}

func scheme(p *planner, _ *model.API) Content {
	var s Scheme
	for _, v := range versions(p) {
		s.Packages = append(s.Packages, v.Package)
	}
	return &s
}

func fakeClientset(p *planner, api *model.API) Content {
	l := api.Layout
	c := &FakeClientset{Clientset: l.Clientset, ClientsetName: l.ClientsetName, Scheme: l.Scheme(), Versions: p.clientsetVersions(api)}
	if l.Apply != "" {
		c.TypeConverter = Name{Path: l.Apply, Alias: path.Base(l.Apply), Ident: "NewTypeConverter"}
	}
	for _, v := range versions(p) {
		for _, k := range v.Kinds {
			if isStored(k) {
				c.Served = append(c.Served, k)
			}
			if guessedResource(k.Decl.Name) != k.Resource {
				c.Named = append(c.Named, k)
			}
		}
	}
	return c
}

// isStored reports whether a server keeps the objects of a kind. Objects of a kind that can only be created, such as a review,
// are answered and forgotten.
func isStored(k *model.Kind) bool {
	return slices.ContainsFunc(k.Verbs, func(v model.Verb) bool { return v != model.Create })
}

// guessedResource is the resource that trackers guess for a kind: the guess of meta.UnsafeGuessKindToResource of apimachinery,
// a package that the generators do without.
func guessedResource(kind string) string {
	name := strings.ToLower(kind)
	stem, isY := strings.CutSuffix(name, "y")
	switch {
	case strings.HasSuffix(name, "endpoints"):
		return name
	case strings.HasSuffix(name, "s"):
		return name + "es"
	case isY:
		return stem + "ies"
	}
	return name + "s"
}
