package rbac

import (
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// isUntyped reports whether a package has clients of any resource: the dynamic one and that of metadata.
func isUntyped(path string) bool {
	library := machinery(path)
	return library == "dynamic" || library == "metadata"
}

// isUntypedClient reports whether a type is such a client.
func isUntypedClient(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if t == nil || !ok || named.Obj().Pkg() == nil || !isUntyped(named.Obj().Pkg().Path()) {
		return false
	}
	return slices.Contains([]string{"ResourceInterface", "NamespaceableResourceInterface", "Getter"}, named.Obj().Name())
}

// untypedCall notes what a method of a client of any resource sends.
func (a *analysis) untypedCall(at site, common *ssa.CallCommon, name string) {
	if _, sends := plain[name]; !sends {
		return
	}
	library := machinery(packageOf(common.Method))
	subresource, known := subresourceOfCall(common)
	if !known {
		a.leaveOpen(at, library+" client: "+name+" of a subresource that is no constant")
	}
	known = false
	for what := range a.flow.of(common.Value) {
		if c, ok := what.(untypedClient); ok {
			c.resource += subresource
			a.untyped(at, c, name)
			known = true
		}
	}
	if !known {
		a.leaveOpen(at, library+" client: "+name+" of a resource that is no constant")
	}
}

func (a *analysis) untyped(at site, c untypedClient, name string) {
	namespace := []string{""}
	if c.in != nil {
		namespace = a.constantNamespaces([]ssa.CallInstruction{c.in})
	}
	for _, verb := range plain[name].verbs {
		for _, in := range namespace {
			a.send(at, Use{Group: c.group, Resource: c.resource + plain[name].resource, Verb: verb, Namespace: in})
		}
	}
}

// byResource notes what an informer of a resource that is given as a value lists and watches.
func (a *analysis) byResource(at site, common *ssa.CallCommon, method *types.Func) {
	for _, v := range common.Args {
		if named, ok := types.Unalias(v.Type()).(*types.Named); !ok || named.Obj().Name() != "GroupVersionResource" {
			continue
		}
		if group, resource, ok := a.groupVersionResource(v); ok {
			a.listAndWatch(at, group, resource, "")
		} else {
			a.leaveOpen(at, method.Name()+" of a resource that is no constant")
		}
	}
}

// groupVersionResource returns the group and the resource of a value of that type, if it is a constant: a literal, a variable
// that is one, or SchemeGroupVersion.WithResource("pods").
func (a *analysis) groupVersionResource(v ssa.Value) (group, resource string, ok bool) {
	if call, is := v.(*ssa.Call); is {
		if method := methodOf(call.Common()); method != nil && method.Name() == "WithResource" && len(call.Call.Args) == 2 {
			group, okGroup := a.groupOfValue(call.Call.Args[0])
			resource, okResource := constantText(call.Call.Args[1])
			return group, resource, okGroup && okResource
		}
		return "", "", false
	}
	load, is := v.(*ssa.UnOp)
	if !is {
		return "", "", false
	}
	l := a.literalOf(load.X)
	if l.whole != nil {
		return a.groupVersionResource(l.whole)
	}
	return l.fields["Group"], l.fields["Resource"], l.ok && l.fields["Resource"] != ""
}

// groupOfValue returns the group of a GroupVersion.
func (a *analysis) groupOfValue(v ssa.Value) (string, bool) {
	load, is := v.(*ssa.UnOp)
	if !is {
		return "", false
	}
	if global, is := load.X.(*ssa.Global); is && isGroupVersion(global.Name()) {
		return a.clients.groupOf(global.Pkg.Pkg.Path()), true
	}
	l := a.literalOf(load.X)
	if l.whole != nil {
		return a.groupOfValue(l.whole)
	}
	return l.fields["Group"], l.ok
}

// literal is what is stored in a struct variable.
type literal struct {
	whole  ssa.Value // if the struct is stored as a whole, once
	fields map[string]string
	ok     bool // everything is a constant, and nothing is stored twice
}

// literalOf reads the stores to a variable, in the whole program for a global one.
func (a *analysis) literalOf(variable ssa.Value) literal {
	l := literal{fields: map[string]string{}, ok: true}
	switch v := variable.(type) {
	case *ssa.Alloc:
		for _, instr := range *v.Referrers() {
			l.read(variable, instr)
		}
	case *ssa.Global:
		if !a.program.source[v.Pkg.Pkg.Path()] {
			return literal{}
		}
		for f := range a.reached.from {
			for _, block := range f.Blocks {
				for _, instr := range block.Instrs {
					l.read(variable, instr)
				}
			}
		}
	default:
		return literal{}
	}
	return l
}

func (l *literal) read(variable ssa.Value, instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Store:
		if i.Addr == variable {
			l.ok = l.ok && l.whole == nil
			l.whole = i.Val
		}
	case *ssa.FieldAddr:
		if i.X != variable {
			return
		}
		for _, use := range *i.Referrers() {
			store, is := use.(*ssa.Store)
			if !is {
				continue
			}
			name := field(i.X.Type().Underlying().(*types.Pointer).Elem(), i.Field).Name() // always a pointer
			value, constant := constantText(store.Val)
			_, twice := l.fields[name]
			l.ok = l.ok && constant && !twice
			l.fields[name] = value
		}
	}
}

func constantText(v ssa.Value) (string, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil {
		return "", ok && isText(v.Type())
	}
	if c.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(c.Value), true
}
