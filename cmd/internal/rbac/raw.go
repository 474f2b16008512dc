package rbac

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// methods are the verbs of requests that are built by hand, by the method that begins them or the one of HTTP.
var methods = map[string]string{
	"Get": "get", "Post": "create", "Put": "update", "Patch": "patch", "Delete": "delete",
	"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete",
}

// isVerb reports whether a method of a REST client begins a request.
func isVerb(name string) bool { return name == "Verb" || methods[name] != "" }

// rawRequest is a request that is built by hand, as far as the function tells that begins it.
type rawRequest struct {
	verb, resource string
	named          bool // for one object
	path           bool // built of a path, not of a resource
	namespaces     []string
}

// raw notes a request that is built by hand. It is known if the function that begins it names the resource, and if the client is
// that of a group, such as CoreV1().RESTClient().
func (a *analysis) raw(at site, call ssa.CallInstruction) {
	common := call.Common()
	r := &rawRequest{verb: methods[methodOf(common).Name()], namespaces: []string{""}}
	if methodOf(common).Name() == "Verb" {
		name, _ := constantText(common.Args[len(common.Args)-1])
		r.verb = methods[name]
	}
	client := common.Value
	if !common.IsInvoke() {
		client = common.Args[0]
	}
	groups := a.groupsOf(client)
	if value := call.Value(); value != nil {
		a.chain(r, value)
	}
	if r.verb == "" || r.resource == "" || r.path || len(groups) == 0 {
		a.leaveOpen(at, "request built by hand: "+methodOf(common).Name())
		return
	}
	for _, group := range groups {
		for _, verb := range r.verbs() {
			for _, namespace := range r.namespaces {
				a.send(at, Use{Group: group, Resource: r.resource, Verb: verb, Namespace: namespace})
			}
		}
	}
}

// verbs are what the server calls the request. A command in a container, and the like, is a GET over WebSocket and a POST over SPDY,
// and servers ask for the permission to create either way or for that of the method; executors try both.
func (r *rawRequest) verbs() []string {
	switch {
	case r.resource == "pods/exec", r.resource == "pods/attach", r.resource == "pods/portforward":
		return []string{"create", "get"}
	case r.named:
	case r.verb == "get":
		return []string{"list"}
	case r.verb == "delete":
		return []string{"deletecollection"}
	}
	return []string{r.verb}
}

// chain follows the methods that are called on a request, one after the other.
func (a *analysis) chain(r *rawRequest, request ssa.Value) {
	for _, instr := range *request.Referrers() {
		call, ok := instr.(*ssa.Call)
		if !ok || len(call.Call.Args) == 0 || call.Call.Args[0] != request {
			continue
		}
		method := methodOf(call.Common())
		if method == nil || machinery(packageOf(method)) != "rest" {
			continue
		}
		switch method.Name() {
		case "Resource":
			name, _ := constantText(call.Call.Args[1])
			before, sub, _ := strings.Cut(r.resource, "/")
			r.resource = name + before
			if sub != "" {
				r.resource += "/" + sub
			}
		case "SubResource":
			sub, known := subresourceOfCall(call.Common())
			r.resource += sub
			r.path = r.path || !known
		case "Name":
			r.named = true
		case "Namespace":
			if names := a.constants(call.Call.Args[1]); names != nil {
				r.namespaces = names
			}
		case "AbsPath", "RequestURI", "Suffix", "Prefix":
			r.path = true
		case "Watch":
			r.verb, r.named = "watch", true
		}
		if types.Identical(call.Type(), request.Type()) {
			a.chain(r, call)
		}
	}
}

// subresourceOfCall returns the subresource in the variadic arguments of a call as "/scale", "" if there is none. known is false if they
// are no constants.
func subresourceOfCall(common *ssa.CallCommon) (subresource string, known bool) {
	signature := common.Signature()
	if !signature.Variadic() || !isText(signature.Params().At(signature.Params().Len()-1).Type().(*types.Slice).Elem()) { // always a slice
		return "", true
	}
	switch v := common.Args[len(common.Args)-1].(type) {
	case *ssa.Const:
		return "", true // nil: none
	case *ssa.Slice:
		return elements(v.X)
	}
	return "", false
}

// elements joins the constants that are stored in an array.
func elements(array ssa.Value) (joined string, known bool) {
	alloc, ok := array.(*ssa.Alloc)
	if !ok {
		return "", false
	}
	for _, instr := range *alloc.Referrers() {
		index, ok := instr.(*ssa.IndexAddr)
		if !ok {
			continue
		}
		for _, use := range *index.Referrers() {
			if store, ok := use.(*ssa.Store); ok {
				part, ok := constantText(store.Val)
				if !ok {
					return "", false
				}
				joined += "/" + part
			}
		}
	}
	return joined, true
}
