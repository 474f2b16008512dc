package rbac

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// analysis is the work in progress.
type analysis struct {
	program *program
	reached *reached
	flow    flow
	called  map[ssa.CallInstruction][]*ssa.Function
	clients clientReader
	uses    map[Use]bool
	open    map[Open]bool
}

// collect looks at every instruction that can run.
func (a *analysis) collect() {
	for f := range a.reached.from {
		for _, block := range f.Blocks {
			for _, instr := range block.Instrs {
				at := siteOf(instr)
				switch i := instr.(type) {
				case ssa.CallInstruction:
					a.call(at, i)
				case *ssa.ChangeInterface:
					a.handOver(at, i)
				case *ssa.Alloc:
					a.allocate(at, i.Type())
				}
			}
		}
	}
}

// call notes what a call sends.
func (a *analysis) call(at site, call ssa.CallInstruction) {
	common := call.Common()
	method := methodOf(common)
	if method == nil {
		return
	}
	path := packageOf(method)
	switch {
	case !common.IsInvoke() && len(a.callees(call)) > 0: // its body is looked at
	case common.IsInvoke() && a.clients.clientOf(common.Value.Type()) != nil:
		subresource, known := subresourceOfCall(common)
		if !known {
			a.leaveOpen(at, method.Name()+" of a subresource that is no constant")
		}
		a.typed(request{at, common.Value, method, subresource}, a.clients.clientOf(common.Value.Type()))
	case common.IsInvoke() && a.cached(at, common.Value.Type(), method):
	case a.program.generated(path), machinery(path) != "":
		a.generatedCall(at, common, method)
		a.libraryCall(at, call, method) // a stand-in is both
	case common.IsInvoke():
		known := a.throughInterface(at, common.Value, method)
		if !known && len(a.callees(call)) == 0 && plain[method.Name()].verbs != nil && optionsOf(method.Signature()) != "" {
			a.leaveOpen(at, "client behind an interface: "+method.Name())
		}
	}
}

// request is the call of a client's method.
type request struct {
	at          site
	held        ssa.Value // the variable that holds the client
	method      *types.Func
	subresource string // an argument of Patch: "/status"
}

// typed notes what a method of a typed client sends. The variable that holds the client tells the namespace.
func (a *analysis) typed(r request, c *client) {
	group, asked, known := c.access(r.method)
	if !known {
		a.leaveOpen(r.at, "method "+r.method.Name()+" of the client of "+c.resource+" is written by hand")
		return
	}
	namespaces := []string{""}
	if c.namespaced {
		namespaces = a.namespacesOf(r.held, c)
	}
	for _, verb := range asked.verbs {
		for _, namespace := range namespaces {
			a.send(r.at, Use{Group: group, Resource: asked.resource + r.subresource, Verb: verb, Namespace: namespace})
		}
	}
}

// namespacesOf returns the namespaces of the clients that a variable may hold: constants, or "" alone if one of them is none.
func (a *analysis) namespacesOf(held ssa.Value, c *client) []string {
	var calls []ssa.CallInstruction
	for what := range a.flow.of(held) {
		if made, ok := what.(typedClient); ok && made.client == c {
			calls = append(calls, made.made)
		}
	}
	return a.constantNamespaces(calls)
}

// constantNamespaces returns the last argument of each call if all are constants.
func (a *analysis) constantNamespaces(calls []ssa.CallInstruction) []string {
	seen := map[string]bool{}
	for _, call := range calls {
		arguments := call.Common().Args
		if len(arguments) == 0 {
			return []string{""}
		}
		names := a.constants(arguments[len(arguments)-1])
		if len(names) == 0 {
			return []string{""}
		}
		for _, name := range names {
			seen[name] = true
		}
	}
	if len(seen) == 0 {
		return []string{""}
	}
	var all []string
	for name := range seen {
		all = append(all, name)
	}
	return all
}

// constants returns the values of a string variable, none unless all are known and not empty.
func (a *analysis) constants(v ssa.Value) []string {
	var all []string
	for what := range a.flow.of(v) {
		text, ok := what.(word)
		if !ok || text == "" {
			return nil
		}
		all = append(all, string(text))
	}
	return all
}

// throughInterface notes what a call of an interface of the program's own sends, given the clients that the variable may hold, and
// reports whether one of them is known.
func (a *analysis) throughInterface(at site, held ssa.Value, method *types.Func) (known bool) {
	for what := range a.flow.of(held) {
		switch c := what.(type) {
		case typedClient:
			a.typed(request{at: at, held: held, method: method}, c.client)
			known = true
		case untypedClient:
			a.untyped(at, c, method.Name())
			known = true
		}
	}
	return known
}

// handOver notes what code that was not read can send with a client that it gets as one of its own interfaces: all that the interface
// has methods for.
func (a *analysis) handOver(at site, to *ssa.ChangeInterface) {
	if a.reached.foreign.At(to.Type()) == nil || a.clients.clientOf(to.Type()) != nil || isUntypedClient(to.Type()) {
		return
	}
	c := a.clients.clientOf(to.X.Type())
	for method := range to.Type().Underlying().(*types.Interface).Methods() { // always an interface
		if _, ok := plain[method.Name()]; !ok {
			continue
		}
		if c != nil {
			a.typed(request{at: at, held: to.X, method: method}, c)
			continue
		}
		a.throughInterface(at, to.X, method)
	}
}

// send notes a use.
func (a *analysis) send(at site, use Use) {
	for _, use.At = range a.nearest(at) {
		a.uses[use] = true
	}
}

func (a *analysis) leaveOpen(at site, what string) {
	for _, position := range a.nearest(at) {
		a.open[Open{At: position, What: what}] = true
	}
}

// nearest goes back from a place, by the calls that reach it, to code of the workspace that is not generated. If there is none, it
// returns the place itself.
func (a *analysis) nearest(at site) []Position {
	var found []Position
	seen := map[site]bool{}
	for todo := []site{at}; len(todo) > 0; todo = todo[1:] {
		s := todo[0]
		if seen[s] {
			continue
		}
		seen[s] = true
		if path := pathOf(s.function); s.pos.IsValid() && a.program.own[path] && !a.program.generated(path) {
			found = append(found, a.program.position(path, s.pos))
			continue
		}
		todo = append(todo, a.reached.from[s.function]...)
	}
	if len(found) == 0 {
		found = append(found, a.program.position(pathOf(at.function), at.pos))
	}
	return found
}

// pathOf returns the package that a function was written in; for an instance of a generic function, that of its declaration.
func pathOf(f *ssa.Function) string {
	for f.Parent() != nil {
		f = f.Parent()
	}
	if origin := f.Origin(); origin != nil {
		f = origin
	}
	if f.Pkg != nil {
		return f.Pkg.Pkg.Path()
	}
	if f.Object() != nil && f.Object().Pkg() != nil {
		return f.Object().Pkg().Path()
	}
	return ""
}

// methodOf returns the called function or method, nil for function values and builtins.
func methodOf(common *ssa.CallCommon) *types.Func {
	if common.IsInvoke() {
		return common.Method
	}
	if callee := common.StaticCallee(); callee != nil {
		if f, ok := callee.Object().(*types.Func); ok {
			return f.Origin()
		}
	}
	return nil
}

func packageOf(method *types.Func) string {
	if method.Pkg() == nil {
		return ""
	}
	return method.Pkg().Path()
}
