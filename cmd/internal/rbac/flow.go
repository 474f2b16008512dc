package rbac

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A fact is something that a variable may hold. Facts are comparable.
type fact any

type (
	// word is a constant string.
	word string
	// unknown is a string that is not constant.
	unknown struct{}
	// typedClient is the client of a resource, made by the call.
	typedClient struct {
		client *client
		made   ssa.CallInstruction
	}
	// untypedClient is a dynamic client or one of metadata, of a constant resource. In is the call that chose a namespace.
	untypedClient struct {
		group, resource string
		in              ssa.CallInstruction
	}
	// restClient sends any request within a group.
	restClient struct{ group string }
)

// flow tells which facts a variable may hold. Fields are told apart by their struct, not by its instances, and calls of a function
// are not told apart. Elements of containers are one with the container.
type flow struct {
	nodes map[any]*node
	queue []*node
}

// node is a variable: an ssa.Value, a field (*types.Var) or a result of a function.
type node struct {
	facts map[fact]bool
	next  []edge
	fresh []fact
}

// edge hands facts on, changed if change is set; a nil fact is dropped.
type edge struct {
	to     *node
	change func(fact) fact
}

type result struct {
	of    *ssa.Function
	index int
}

func (f *flow) node(key any) *node {
	if v, ok := key.(*types.Var); ok {
		key = v.Origin()
	}
	n := f.nodes[key]
	if n == nil {
		n = &node{facts: map[fact]bool{}}
		f.nodes[key] = n
		if c, ok := key.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.String {
			f.add(key, word(constant.StringVal(c.Value)))
		}
	}
	return n
}

// of returns the facts of a variable.
func (f *flow) of(v ssa.Value) map[fact]bool { return f.node(v).facts }

func (f *flow) add(key any, what fact) { f.put(f.node(key), what) }

func (f *flow) put(n *node, what fact) {
	if what == nil || n.facts[what] {
		return
	}
	n.facts[what] = true
	if len(n.fresh) == 0 {
		f.queue = append(f.queue, n)
	}
	n.fresh = append(n.fresh, what)
}

// link says that what from holds, to may hold too.
func (f *flow) link(from, to any) { f.linkChanged(from, to, nil) }

func (f *flow) linkChanged(from, to any, change func(fact) fact) {
	n, e := f.node(from), edge{f.node(to), change}
	n.next = append(n.next, e)
	for what := range n.facts {
		f.hand(e, what)
	}
}

func (f *flow) hand(e edge, what fact) {
	if e.change != nil {
		what = e.change(what)
	}
	f.put(e.to, what)
}

func (f *flow) run() {
	for len(f.queue) > 0 {
		n := f.queue[0]
		f.queue = f.queue[1:]
		fresh := n.fresh
		n.fresh = nil
		for _, what := range fresh {
			for _, e := range n.next {
				f.hand(e, what)
			}
		}
	}
}

// follow builds the flow of everything that can run.
func (a *analysis) follow() {
	for f := range a.reached.from {
		for i, parameter := range f.Params {
			if isText(parameter.Type()) && a.reached.outside[f] {
				a.flow.add(f.Params[i], unknown{})
			}
		}
		for _, block := range f.Blocks {
			for _, instr := range block.Instrs {
				a.step(f, instr)
			}
		}
	}
	a.flow.run()
}

func isText(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsString != 0
}

// step adds what one instruction hands on.
func (a *analysis) step(f *ssa.Function, instr ssa.Instruction) {
	switch i := instr.(type) {
	case *ssa.Store:
		a.flow.link(i.Val, i.Addr)
	case *ssa.MapUpdate:
		a.flow.link(i.Value, i.Map)
	case *ssa.Send:
		a.flow.link(i.X, i.Chan)
	case *ssa.Return:
		for n, v := range i.Results {
			a.flow.link(v, result{f, n})
		}
	case *ssa.MakeClosure:
		closure := i.Fn.(*ssa.Function) // it always is
		for n, v := range i.Bindings {
			a.both(v, closure.FreeVars[n])
		}
	case *ssa.MakeInterface:
		if i.Type().Underlying().(*types.Interface).NumMethods() == 0 { // always an interface
			a.escape(i.X) // what decodes documents takes any
		}
		a.flow.link(i.X, i)
	case ssa.CallInstruction:
		a.stepCall(i)
	case ssa.Value:
		a.stepValue(i)
	}
}

func (a *analysis) both(x, y any) {
	a.flow.link(x, y)
	a.flow.link(y, x)
}

func (a *analysis) stepValue(v ssa.Value) {
	switch i := v.(type) {
	case *ssa.UnOp:
		a.flow.link(i.X, i)
	case *ssa.Phi:
		for _, e := range i.Edges {
			a.flow.link(e, i)
		}
	case *ssa.ChangeInterface:
		a.flow.link(i.X, i)
	case *ssa.ChangeType:
		a.flow.link(i.X, i)
	case *ssa.TypeAssert:
		a.flow.link(i.X, i)
	case *ssa.Slice:
		a.both(i.X, i)
	case *ssa.FieldAddr:
		a.both(field(i.X.Type().Underlying().(*types.Pointer).Elem(), i.Field), i) // always a pointer
	case *ssa.Field:
		a.flow.link(field(i.X.Type(), i.Field), i)
	case *ssa.IndexAddr:
		a.both(i.X, i)
	case *ssa.Index:
		a.flow.link(i.X, i)
	case *ssa.Lookup:
		a.flow.link(i.X, i)
	case *ssa.Range:
		a.flow.link(i.X, i)
	case *ssa.Next:
		a.flow.link(i.Iter, i)
	case *ssa.Extract:
		if call, ok := i.Tuple.(*ssa.Call); ok {
			a.stepResult(call, i.Index, i)
			return
		}
		a.flow.link(i.Tuple, i)
	default:
		if isText(v.Type()) {
			a.flow.add(v, unknown{})
		}
	}
}

func field(of types.Type, index int) *types.Var {
	return of.Underlying().(*types.Struct).Field(index) // always a struct
}

// stepCall binds arguments and results.
func (a *analysis) stepCall(call ssa.CallInstruction) {
	common := call.Common()
	arguments := common.Args
	if common.IsInvoke() {
		arguments = append([]ssa.Value{common.Value}, arguments...)
	}
	callees := a.callees(call)
	for _, callee := range callees {
		for n, parameter := range callee.Params {
			if n < len(arguments) {
				a.flow.link(arguments[n], parameter)
			}
		}
	}
	if len(callees) == 0 {
		for _, v := range arguments {
			a.escape(v)
		}
	}
	if builtin, ok := common.Value.(*ssa.Builtin); ok && builtin.Name() == "append" {
		for _, v := range arguments {
			a.flow.link(v, call.Value())
		}
	}
	if value := call.Value(); value != nil {
		a.stepResult(value, 0, value)
		a.made(value)
	}
}

// stepResult hands a result of a call to a variable. A string from code that was not read is unknown.
func (a *analysis) stepResult(call *ssa.Call, index int, to ssa.Value) {
	callees := a.callees(call)
	for _, callee := range callees {
		a.flow.link(result{callee, index}, to)
	}
	if len(callees) == 0 && isText(to.Type()) {
		a.flow.add(to, unknown{})
	}
}

// callees are the functions that a call may reach, of those that were read and can run.
func (a *analysis) callees(call ssa.CallInstruction) []*ssa.Function {
	if known, ok := a.called[call]; ok {
		return known
	}
	var all []*ssa.Function
	if static := call.Common().StaticCallee(); static != nil {
		if len(static.Blocks) > 0 {
			all = append(all, static)
		}
	} else if node := a.reached.graph.Nodes[call.Parent()]; node != nil {
		for _, e := range node.Out {
			if _, ok := a.reached.from[e.Callee.Func]; ok && e.Site == call {
				all = append(all, e.Callee.Func)
			}
		}
	}
	a.called[call] = all
	return all
}

// escape notes that code that was not read gets a pointer, through which it may store any string: to the variable itself, or to a
// struct, whose fields it may fill.
func (a *analysis) escape(v ssa.Value) {
	pointer, ok := v.Type().Underlying().(*types.Pointer)
	if !ok {
		return
	}
	if isText(pointer.Elem()) {
		a.flow.add(v, unknown{})
	}
	a.escapeFields(pointer.Elem())
}

func (a *analysis) escapeFields(of types.Type) {
	body, ok := of.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range body.Fields() {
		if isText(f.Type()) {
			a.flow.add(f, unknown{})
		}
		a.escapeFields(f.Type())
	}
}

// made notes the clients that a call returns.
func (a *analysis) made(call *ssa.Call) {
	common := call.Common()
	method := methodOf(common)
	if method == nil {
		return
	}
	switch path := packageOf(method); {
	case a.program.generated(path) && a.clients.clientOf(call.Type()) != nil:
		a.flow.add(call, typedClient{a.clients.clientOf(call.Type()), call})
	case method.Name() == "RESTClient" && a.program.generated(path):
		a.flow.add(call, restClient{a.clients.packageOf(path).group})
	case !isUntyped(path):
	case method.Name() == "Resource" && len(common.Args) > 0:
		if group, resource, ok := a.groupVersionResource(common.Args[len(common.Args)-1]); ok {
			a.flow.add(call, untypedClient{group: group, resource: resource})
		}
	case method.Name() == "Namespace" && common.IsInvoke():
		a.flow.linkChanged(common.Value, call, func(what fact) fact {
			if c, ok := what.(untypedClient); ok {
				c.in = call
				return c
			}
			return nil
		})
	}
}
