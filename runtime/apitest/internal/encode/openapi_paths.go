package encode

import "github.com/typewright/typewright/runtime/apitest/internal/kinds"

// operationForm is how a version of OpenAPI writes an operation.
type operationForm interface {
	// parameter describes a parameter of the query.
	parameter(name string) map[string]any
	// reads says in an operation which types of bodies the server reads.
	reads(operation map[string]any, media []string)
}

// pathsOf describes the paths of a resource as far as clients read them: the kind that a path is about, the parameters of its verbs, by
// which kubectl knows that the server validates fields, and the types of patches, by which it chooses one.
func pathsOf(r *kinds.Resource, form operationForm) map[string]any {
	gvk := map[string]any{"group": r.Group, "version": r.Version, "kind": r.Kind}
	base := "/" + openapiPath(r.GroupVersion())
	if !r.ClusterScoped {
		base += "/namespaces/{namespace}"
	}
	base += "/" + r.Name
	operation := func(action string, parameters ...string) map[string]any {
		list := []any{}
		for _, name := range parameters {
			list = append(list, form.parameter(name))
		}
		return map[string]any{
			"parameters": list, "x-kubernetes-action": action, "x-kubernetes-group-version-kind": gvk,
			"responses": map[string]any{"401": map[string]any{"description": "Unauthorized"}},
		}
	}
	patch := operation("patch", "dryRun", "fieldManager", "fieldValidation", "force")
	form.reads(patch, r.PatchTypes())
	return map[string]any{
		base: map[string]any{
			"get": operation("list"), "post": operation("post", "dryRun", "fieldManager", "fieldValidation"),
		},
		base + "/{name}": map[string]any{
			"get": operation("get"), "delete": operation("delete", "dryRun"),
			"put": operation("put", "dryRun", "fieldManager", "fieldValidation"), "patch": patch,
		},
	}
}

// v3 is the form of version 3.
type v3 struct{}

func (v3) parameter(name string) map[string]any {
	return map[string]any{"name": name, "in": "query", "schema": map[string]any{"type": "string", "uniqueItems": true}}
}

func (v3) reads(operation map[string]any, media []string) {
	content := map[string]any{}
	for _, each := range media {
		content[each] = map[string]any{"schema": map[string]any{"type": "object"}}
	}
	operation["requestBody"] = map[string]any{"content": content, "required": true}
}

// v2 is the form of version 2.
type v2 struct{}

func (v2) parameter(name string) map[string]any {
	return map[string]any{"name": name, "in": "query", "type": "string", "uniqueItems": true}
}

func (v2) reads(operation map[string]any, media []string) { operation["consumes"] = media }
