package rbac

import (
	"go/types"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// cached notes a use of a lister, or of an informer such as PodInformer, and reports whether the type is one. Whoever reads a cache
// needs an informer to fill it, which lists and watches.
func (a *analysis) cached(at site, t types.Type, method *types.Func) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return false
	}
	lister := named
	if listed(named) == nil {
		lister = informed(named)
	}
	if lister == nil {
		return false
	}
	if slices.Contains([]string{"List", "Get", "Informer", "TypedInformer", "Lister"}, method.Name()) {
		a.follows(at, lister)
	}
	return true
}

// listed returns the kind of a lister: an interface of that name whose List returns pointers to it from a cache.
func listed(named *types.Named) *types.TypeName {
	list := methodNamed(named, "List")
	if list == nil || !strings.HasSuffix(named.Obj().Name(), "Lister") {
		return nil
	}
	signature := list.Signature()
	if signature.Params().Len() != 1 || signature.Results().Len() != 2 {
		return nil
	}
	slice, ok := signature.Results().At(0).Type().(*types.Slice)
	if !ok {
		return nil
	}
	pointer, ok := slice.Elem().(*types.Pointer)
	if !ok {
		return nil
	}
	if kind, ok := types.Unalias(pointer.Elem()).(*types.Named); ok {
		return kind.Obj()
	}
	return nil
}

// informed returns the lister of an interface with an informer and a lister.
func informed(named *types.Named) *types.Named {
	lister := methodNamed(named, "Lister")
	if lister == nil || methodNamed(named, "Informer") == nil || lister.Signature().Results().Len() != 1 {
		return nil
	}
	if t, ok := types.Unalias(lister.Signature().Results().At(0).Type()).(*types.Named); ok && listed(t) != nil {
		return t
	}
	return nil
}

// pluralOf returns the method by which a lister leads to that of a namespace, in lower case: the resource. It is empty for listers
// of resources of the whole cluster.
func pluralOf(lister *types.Named) string {
	name := strings.TrimSuffix(strings.TrimSuffix(lister.Obj().Name(), "Lister"), "Namespace")
	t := lister.Obj().Pkg().Scope().Lookup(name + "Lister")
	if t == nil {
		return ""
	}
	body, ok := t.Type().Underlying().(*types.Interface)
	if !ok {
		return ""
	}
	for m := range body.Methods() {
		if r := m.Signature().Results(); r.Len() == 1 && strings.HasSuffix(r.At(0).Type().String(), "."+name+"NamespaceLister") {
			return strings.ToLower(m.Name())
		}
	}
	return ""
}

func methodNamed(named *types.Named, name string) *types.Func {
	body, ok := named.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	for m := range body.Methods() {
		if m.Name() == name {
			return m
		}
	}
	return nil
}

// follows notes that an informer lists and watches the kind of a lister.
func (a *analysis) follows(at site, lister *types.Named) {
	object := listed(lister)
	group, resource := a.clients.groupOf(object.Pkg().Path()), pluralOf(lister)
	switch c := a.clients.clientFor(object); {
	case c != nil:
		group, resource = c.group, c.resource
	case resource == "":
		resource = strings.ToLower(object.Name()) + "s"
		a.leaveOpen(at, "no client of "+object.Name()+" tells its resource: "+resource+" is a guess")
	}
	a.listAndWatch(at, group, resource, "")
}

func (a *analysis) listAndWatch(at site, group, resource, namespace string) {
	for _, verb := range []string{"list", "watch"} {
		a.send(at, Use{Group: group, Resource: resource, Verb: verb, Namespace: namespace})
	}
}

// makesInformer matches the functions of generated packages that return an informer of their own.
var makesInformer = regexp.MustCompile(`^New(?:Typed)?(?:Filtered)?(\w+?)Informer(?:WithOptions)?$`)

// generatedCall notes what functions and methods of generated packages send, apart from those of clients and listers.
func (a *analysis) generatedCall(at site, common *ssa.CallCommon, method *types.Func) {
	if method.Name() == "ForResource" {
		a.byResource(at, common, method)
		return
	}
	match := makesInformer.FindStringSubmatch(method.Name())
	if match == nil || method.Signature().Recv() != nil {
		return
	}
	if t, ok := method.Pkg().Scope().Lookup(match[1] + "Informer").(*types.TypeName); ok {
		if named, ok := t.Type().(*types.Named); ok {
			if lister := informed(named); lister != nil {
				a.follows(at, lister)
			}
		}
	}
}
