package rbac

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// libraryCall notes what functions and methods of libraries send.
func (a *analysis) libraryCall(at site, call ssa.CallInstruction, method *types.Func) {
	common, path := call.Common(), packageOf(method)
	name := method.Name()
	switch library := machinery(path); {
	case controllerRuntime(path):
		a.controllerRuntime(at, method)
	case library == "rest" && isVerb(name) && method.Signature().Recv() != nil:
		a.raw(at, call)
	case isUntyped(path) && isUntypedClient(receiverOf(common)):
		a.untypedCall(at, common, name)
	case name == "ForResource", library == "dynamicinformer" && strings.HasPrefix(name, "NewFilteredDynamic"),
		library == "metadatainformer" && strings.HasPrefix(name, "NewFilteredMetadata"):
		a.byResource(at, common, method)
	case strings.HasPrefix(name, "StartRecordingToSink"):
		a.records(at, library)
	case name == "NewEventBroadcasterAdapter", name == "NewEventBroadcasterAdapterWithContext":
		a.records(at, "events")
		a.records(at, "record") // where the server has no events.k8s.io
	case library == "resourcelock" && strings.HasPrefix(name, "New"):
		a.elects(at, common)
	case library == "leaderelection" && name == "NewCandidate":
		a.leaveOpen(at, "lease candidates of a coordinated election")
	case library == "cache" && (name == "NewListWatchFromClient" || name == "NewFilteredListWatchFromClient"):
		a.listWatch(at, common)
	case library == "scale" && common.IsInvoke() && plain[name].verbs != nil:
		a.leaveOpen(at, "scale client: "+name)
	case (library == "typed" || library == "gentype") && plain[name].verbs != nil && method.Signature().Recv() != nil:
		a.generic(at, common, method)
	}
}

// records notes what recorders of events send. They patch an event that repeats.
func (a *analysis) records(at site, library string) {
	group := ""
	if library == "events" {
		group = "events.k8s.io"
	}
	for _, verb := range []string{"create", "patch"} {
		a.send(at, Use{Group: group, Resource: "events", Verb: verb})
	}
}

// elects notes what the election of a leader sends. The second argument of the functions that make a lock is its namespace.
func (a *analysis) elects(at site, common *ssa.CallCommon) {
	namespaces := []string{""}
	if len(common.Args) > 1 && isText(common.Args[1].Type()) {
		if known := a.constants(common.Args[1]); known != nil {
			namespaces = known
		}
	}
	for _, namespace := range namespaces {
		for _, verb := range []string{"get", "create", "update"} {
			a.send(at, Use{Group: "coordination.k8s.io", Resource: "leases", Verb: verb, Namespace: namespace})
		}
	}
}

// allocate notes locks that are made by a literal.
func (a *analysis) allocate(at site, t types.Type) {
	pointer, ok := t.Underlying().(*types.Pointer)
	if !ok {
		return
	}
	named, ok := types.Unalias(pointer.Elem()).(*types.Named)
	if ok && named.Obj().Pkg() != nil && named.Obj().Name() == "LeaseLock" && machinery(named.Obj().Pkg().Path()) == "resourcelock" {
		a.elects(at, &ssa.CallCommon{})
	}
}

// listWatch notes what cache.NewListWatchFromClient sends: its arguments are a REST client, a resource and a namespace.
func (a *analysis) listWatch(at site, common *ssa.CallCommon) {
	if len(common.Args) < 3 {
		return
	}
	groups, resources := a.groupsOf(common.Args[0]), a.constants(common.Args[1])
	if len(groups) == 0 || len(resources) == 0 {
		a.leaveOpen(at, "list and watch of a resource that is no constant")
		return
	}
	namespaces := a.constants(common.Args[2])
	if namespaces == nil {
		namespaces = []string{""}
	}
	for _, group := range groups {
		for _, resource := range resources {
			for _, namespace := range namespaces {
				a.listAndWatch(at, group, resource, namespace)
			}
		}
	}
}

// groupsOf returns the groups of the REST clients that a variable may hold.
func (a *analysis) groupsOf(v ssa.Value) []string {
	var all []string
	for what := range a.flow.of(v) {
		if c, ok := what.(restClient); ok {
			all = append(all, c.group)
		}
	}
	return all
}

// controllerRuntime leaves open what controller-runtime sends: its clients take objects of any kind.
func (a *analysis) controllerRuntime(at site, method *types.Func) {
	name := method.Name()
	switch library := machinery(packageOf(method)); {
	case library == "client" && (plain[name].verbs != nil || name == "DeleteAllOf"):
		a.leaveOpen(at, "controller-runtime's client: "+name)
	case library == "builder" && (name == "For" || name == "Owns" || name == "Watches"):
		a.leaveOpen(at, "controller-runtime lists and watches: "+name)
	case library == "manager" && name == "New":
		a.leaveOpen(at, "controller-runtime's manager: events and the election of a leader")
	}
}

// generic notes what a client sends that a program made of runtime/typed or gentype by itself. Its first type argument is the kind.
func (a *analysis) generic(at site, common *ssa.CallCommon, method *types.Func) {
	t := receiverOf(common)
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok && named.TypeArgs().Len() > 0 {
		if pointer, ok := types.Unalias(named.TypeArgs().At(0)).(*types.Pointer); ok {
			if kind, ok := types.Unalias(pointer.Elem()).(*types.Named); ok {
				if c := a.clients.clientFor(kind.Obj()); c != nil {
					a.typed(request{at: at, held: common.Args[0], method: method}, c)
					return
				}
			}
		}
	}
	a.leaveOpen(at, "client made by hand: "+method.Name())
}

// receiverOf returns the static type of a call's receiver, nil for functions.
func receiverOf(common *ssa.CallCommon) types.Type {
	switch {
	case common.IsInvoke():
		return common.Value.Type()
	case common.Signature().Recv() != nil && len(common.Args) > 0:
		return common.Args[0].Type()
	}
	return nil
}
