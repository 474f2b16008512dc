package rbac

import (
	"go/types"
	"strings"
)

// access is what a method of a client asks of the server.
type access struct {
	resource string // with its subresource: "pods/status"
	verbs    []string
}

// plain are the methods of all clients, the dynamic ones too. Apply needs create as well, because it creates an object that is not
// there, and the server then asks its authorizer about that too. A status is never created.
var plain = map[string]access{
	"Create":           {"", []string{"create"}},
	"Update":           {"", []string{"update"}},
	"UpdateStatus":     {"/status", []string{"update"}},
	"Delete":           {"", []string{"delete"}},
	"DeleteCollection": {"", []string{"deletecollection"}},
	"Get":              {"", []string{"get"}},
	"List":             {"", []string{"list"}},
	"Watch":            {"", []string{"watch"}},
	"Patch":            {"", []string{"patch"}},
	"Apply":            {"", []string{"patch", "create"}},
	"ApplyStatus":      {"/status", []string{"patch"}},
}

// handwritten are the methods of built-in clients that no marker declares, by resource and method; those of policy's evictions are
// about pods of the core group.
var handwritten = map[string]access{
	"pods.Bind":               {"pods/binding", []string{"create"}},
	"pods.Evict":              {"pods/eviction", []string{"create"}},
	"pods.EvictV1":            {"pods/eviction", []string{"create"}},
	"pods.EvictV1beta1":       {"pods/eviction", []string{"create"}},
	"pods.GetLogs":            {"pods/log", []string{"get"}},
	"pods.ProxyGet":           {"pods/proxy", []string{"get"}},
	"services.ProxyGet":       {"services/proxy", []string{"get"}},
	"nodes.PatchStatus":       {"nodes/status", []string{"patch"}},
	"namespaces.Finalize":     {"namespaces/finalize", []string{"update"}},
	"evictions.Evict":         {"pods/eviction", []string{"create"}},
	"deployments.Rollback":    {"deployments/rollback", []string{"create"}},
	"events.Search":           {"events", []string{"list"}},
	"events.GetFieldSelector": {}, // sends nothing

	"events.CreateWithEventNamespace":            {"events", []string{"create"}},
	"events.UpdateWithEventNamespace":            {"events", []string{"update"}},
	"events.PatchWithEventNamespace":             {"events", []string{"patch"}},
	"events.CreateWithEventNamespaceWithContext": {"events", []string{"create"}},
	"events.UpdateWithEventNamespaceWithContext": {"events", []string{"update"}},
	"events.PatchWithEventNamespaceWithContext":  {"events", []string{"patch"}},
	"events.SearchWithContext":                   {"events", []string{"list"}},
}

// byOptions are the verbs of methods that a marker declares: the type of their options tells.
var byOptions = map[string][]string{
	"GetOptions": {"get"}, "ListOptions": {"list"}, "CreateOptions": {"create"}, "UpdateOptions": {"update"},
	"DeleteOptions": {"delete"}, "PatchOptions": {"patch"}, "ApplyOptions": {"patch"},
}

// access returns what a method of the client asks of the server, and the group. known is false for a method written by hand
// that nothing is known of.
func (c *client) access(method *types.Func) (group string, a access, known bool) {
	if a, ok := handwritten[c.resource+"."+method.Name()]; ok {
		if c.resource == "evictions" {
			return "", a, true
		}
		return c.group, a, true
	}
	if a, ok := plain[method.Name()]; ok && c.subresources[method.Name()] == "" {
		return c.group, access{c.resource + a.resource, a.verbs}, true
	}
	verbs := byOptions[optionsOf(method.Signature())]
	if len(verbs) == 0 {
		return c.group, access{}, false
	}
	if verbs[0] == "list" && strings.HasSuffix(method.Signature().Results().At(0).Type().String(), "watch.Interface") {
		verbs = []string{"watch"}
	}
	resource := c.resource
	if sub := c.subresources[method.Name()]; sub != "" {
		resource += "/" + sub
	}
	return c.group, access{resource, verbs}, true
}

// optionsOf returns the name of the last options among the parameters, such as "GetOptions".
func optionsOf(signature *types.Signature) string {
	found := ""
	for v := range signature.Params().Variables() {
		if named, ok := types.Unalias(v.Type()).(*types.Named); ok && strings.HasSuffix(named.Obj().Name(), "Options") {
			found = named.Obj().Name()
		}
	}
	return found
}
