package rbac

import (
	"cmp"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/cha"
	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// reached is what can run: rapid type analysis on the part of the program that was read as source.
//
// A call through an interface reaches the methods of types that code that can run converts to some interface. Code that was not read
// may call whatever it can get hold of: each function that is mentioned counts as called, and so do the methods of foreign
// interfaces that values are converted to. docs/decisions/rbac.md tells why no algorithm of x/tools is used as it is.
type reached struct {
	program *program
	graph   *callgraph.Graph
	from    map[*ssa.Function][]site // the places that reach a function, none for the roots
	outside map[*ssa.Function]bool   // functions that code which was not read may call
	queue   []*ssa.Function

	live    typeutil.Map // types that are converted to an interface: bool
	pending typeutil.Map // calls through interfaces to methods of types that are not live so far: []pendingCall
	foreign typeutil.Map // interfaces of code that was not read: bool
}

// site is a place in a function.
type site struct {
	function *ssa.Function
	pos      token.Pos
}

// siteOf returns the place of an instruction. One that the source does not have, such as the conversion of an argument, is where its
// value is used.
func siteOf(instr ssa.Instruction) site {
	at := site{instr.Parent(), instr.Pos()}
	value, ok := instr.(ssa.Value)
	if at.pos.IsValid() || !ok || value.Referrers() == nil {
		return at
	}
	for _, use := range *value.Referrers() {
		if use.Pos().IsValid() {
			at.pos = use.Pos()
			break
		}
	}
	return at
}

type pendingCall struct {
	callee *ssa.Function
	at     site
}

// reach follows the calls of the roots.
func reach(p *program, starts []*ssa.Function) *reached {
	r := &reached{program: p, graph: cha.CallGraph(p.ssa), from: map[*ssa.Function][]site{}, outside: map[*ssa.Function]bool{}}
	for _, f := range starts {
		r.call(f)
		r.outside[f] = true
	}
	for len(r.queue) > 0 {
		f := r.queue[0]
		r.queue = r.queue[1:]
		r.visit(f)
	}
	return r
}

// call notes that a function can run, and from where. Functions without source are of no interest.
func (r *reached) call(f *ssa.Function, at ...site) {
	if len(f.Blocks) == 0 {
		return
	}
	if _, known := r.from[f]; !known {
		r.queue = append(r.queue, f)
	}
	r.from[f] = append(r.from[f], at...)
}

func (r *reached) visit(f *ssa.Function) {
	calls := r.dispatched(f)
	for _, block := range f.Blocks {
		for _, instr := range block.Instrs {
			at := siteOf(instr)
			r.mention(instr, at)
			switch instr := instr.(type) {
			case ssa.CallInstruction:
				for _, callee := range calls[instr] {
					r.invoke(callee, at)
				}
			case *ssa.MakeInterface:
				r.convert(instr.X.Type(), at)
				r.meet(instr.Type(), at)
			case *ssa.ChangeInterface:
				r.meet(instr.Type(), at)
			}
		}
	}
}

// mention notes the functions that an instruction calls or takes as values.
func (r *reached) mention(instr ssa.Instruction, at site) {
	call, isCall := instr.(ssa.CallInstruction)
	for _, operand := range instr.Operands(nil) {
		callee, ok := (*operand).(*ssa.Function)
		if !ok {
			continue
		}
		r.call(callee, at)
		if !isCall || operand != &call.Common().Value {
			r.outside[callee] = true
		}
	}
}

// dispatched returns the methods that each call through an interface in f could reach.
func (r *reached) dispatched(f *ssa.Function) map[ssa.CallInstruction][]*ssa.Function {
	node := r.graph.Nodes[f]
	if node == nil {
		return nil
	}
	calls := map[ssa.CallInstruction][]*ssa.Function{}
	for _, edge := range node.Out {
		if edge.Site != nil && edge.Site.Common().IsInvoke() && edge.Callee.Func.Signature.Recv() != nil {
			calls[edge.Site] = append(calls[edge.Site], edge.Callee.Func)
		}
	}
	return calls
}

// invoke notes a call through an interface, which happens once the method's type is live.
func (r *reached) invoke(callee *ssa.Function, at site) {
	receiver := callee.Signature.Recv().Type()
	if r.live.At(receiver) != nil {
		r.call(callee, at)
		return
	}
	calls, _ := r.pending.At(receiver).([]pendingCall)
	r.pending.Set(receiver, append(calls, pendingCall{callee, at}))
}

// convert notes that values of a type are converted to an interface.
func (r *reached) convert(t types.Type, at site) {
	if r.live.At(t) != nil || !r.local(t) {
		return
	}
	r.live.Set(t, true)
	calls, _ := r.pending.At(t).([]pendingCall)
	for _, c := range calls {
		r.call(c.callee, c.at)
	}
	r.foreign.Iterate(func(i types.Type, _ any) { r.expose(t, i, at) })
}

// local reports whether methods of a type can have been read as source: types of packages without it cannot.
func (r *reached) local(t types.Type) bool {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	return !ok || named.Obj().Pkg() != nil && r.program.source[named.Obj().Pkg().Path()]
}

// meet notes an interface that values are converted to. Its methods count as called if it is declared in code that was not read.
func (r *reached) meet(i types.Type, at site) {
	body, ok := i.Underlying().(*types.Interface)
	if !ok || body.NumMethods() == 0 || r.foreign.At(i) != nil {
		return
	}
	if named, ok := types.Unalias(i).(*types.Named); ok && named.Obj().Pkg() != nil && r.program.source[named.Obj().Pkg().Path()] {
		return
	}
	r.foreign.Set(i, true)
	r.live.Iterate(func(t types.Type, _ any) { r.expose(t, i, at) })
}

// expose notes that the methods of an interface may be called on values of a type.
func (r *reached) expose(t, i types.Type, at site) {
	body := i.Underlying().(*types.Interface) // meet has seen to it
	if !types.Implements(t, body) {
		return
	}
	methods := r.program.ssa.MethodSets.MethodSet(t)
	for method := range body.Methods() {
		if selection := methods.Lookup(method.Pkg(), method.Name()); selection != nil {
			if f := r.program.ssa.MethodValue(selection); f != nil {
				r.call(f, at)
				r.outside[f] = true
			}
		}
	}
}

// starts are the functions that the packages begin with: main of the programs among them, or else what the packages export.
// The initialisation of every package that was read runs too.
func (p *program) starts() []*ssa.Function {
	var mains, exported, inits []*ssa.Function
	for path := range p.source {
		if pkg := p.ssa.ImportedPackage(path); pkg != nil {
			inits = append(inits, pkg.Func("init"))
		}
	}
	for _, named := range p.named {
		pkg := p.ssa.Package(p.types[named.PkgPath])
		if pkg.Pkg.Name() == "main" {
			mains = append(mains, pkg.Func("main"))
			inits = append(inits, pkg.Func("init"))
			continue
		}
		exported = append(exported, p.exported(pkg)...)
	}
	if len(mains) > 0 {
		exported = nil
	}
	all := append(append(mains, exported...), inits...)
	slices.SortFunc(all, func(f, g *ssa.Function) int { return cmp.Compare(f.String(), g.String()) })
	return all
}

// exported are the exported functions of a package, and the exported methods of its exported types.
func (p *program) exported(pkg *ssa.Package) []*ssa.Function {
	var all []*ssa.Function
	for _, member := range pkg.Members {
		if member.Object() == nil || !member.Object().Exported() {
			continue
		}
		switch member := member.(type) {
		case *ssa.Function:
			all = append(all, member)
		case *ssa.Type:
			for selection := range p.ssa.MethodSets.MethodSet(types.NewPointer(member.Type())).Methods() {
				if f := p.ssa.MethodValue(selection); f != nil && selection.Obj().Exported() {
					all = append(all, f)
				}
			}
		}
	}
	return all
}
