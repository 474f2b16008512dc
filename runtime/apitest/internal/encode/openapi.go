package encode

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// serveOpenAPI answers with the index or with the document of a group-version, and reports whether it did.
func (d *Documents) serveOpenAPI(w http.ResponseWriter, req *http.Request, parts []string) bool {
	if len(parts) == 2 && parts[1] == "v2" {
		d.serveOpenAPIV2(w, req)
		return true
	}
	if len(parts) < 2 || parts[1] != "v3" {
		return false
	}
	var data []byte
	var err error
	if len(parts) == 2 {
		data, err = d.openapiIndex()
	} else {
		data, err = d.openapiDocument(groupVersionOf(parts[2:]))
	}
	if err != nil {
		WriteError(w, err)
		return true
	}
	if data == nil {
		return false
	}
	writeTagged(w, req, MediaJSON, data)
	return true
}

// writeTagged writes a document with an ETag, or 304 if the client has the same document.
func writeTagged(w http.ResponseWriter, req *http.Request, media string, data []byte) {
	etag := hash(data)
	w.Header().Set("ETag", `"`+etag+`"`)
	if req.Header.Get("If-None-Match") == `"`+etag+`"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	WriteBytes(w, http.StatusOK, media, data)
}

// hash is the ETag of a document.
func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// groupVersionOf reads api/v1 or apis/GROUP/VERSION.
func groupVersionOf(parts []string) schema.GroupVersion {
	switch {
	case len(parts) == 2 && parts[0] == "api":
		return schema.GroupVersion{Version: parts[1]}
	case len(parts) == 3 && parts[0] == "apis":
		return schema.GroupVersion{Group: parts[1], Version: parts[2]}
	}
	return schema.GroupVersion{}
}

// openapiPath is the path of a group-version below /openapi/v3.
func openapiPath(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "api/" + gv.Version
	}
	return "apis/" + gv.String()
}

// openapiIndex lists the paths of all documents.
func (d *Documents) openapiIndex() ([]byte, error) {
	paths := map[string]any{}
	for _, r := range d.registry.Now().All() {
		path := openapiPath(r.GroupVersion())
		if paths[path] == nil {
			paths[path] = map[string]any{"serverRelativeURL": "/openapi/v3/" + path}
		}
	}
	return json.Marshal(map[string]any{"paths": paths})
}

// openapiDocument returns the document of a group-version, nil if the version is not served. Documents are kept until the
// resources change.
func (d *Documents) openapiDocument(gv schema.GroupVersion) ([]byte, error) {
	resources := d.registry.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgetOld(resources)
	if made, ok := d.made[openapiPath(gv)]; ok {
		return made, nil
	}
	served := resources.OfGroupVersion(gv)
	if len(served) == 0 {
		return nil, nil
	}
	schemas := apischema.Definitions{}
	paths := map[string]any{}
	for _, r := range served {
		maps.Copy(schemas, definitionsOf(r))
		maps.Copy(paths, pathsOf(r, parameterV3))
	}
	data, err := json.Marshal(map[string]any{
		"openapi": "3.0.0", "info": map[string]any{"title": "Kubernetes", "version": serverVersion},
		"paths": paths, "components": map[string]any{"schemas": schemas},
	})
	if err == nil {
		d.made[openapiPath(gv)] = data
	}
	return data, err
}

// forgetOld drops all documents if they were made of other resources. The caller holds the lock.
func (d *Documents) forgetOld(resources *kinds.Resources) {
	if d.madeOf != resources {
		d.madeOf, d.made = resources, map[string][]byte{}
	}
}

// definitionsOf returns the schemas of a resource's objects; of a resource without any, one that allows everything.
func definitionsOf(r *kinds.Resource) apischema.Definitions {
	if r.Definitions == nil {
		return apischema.Anything(r.GroupVersionKind)
	}
	_, defs := r.Definitions()
	return defs
}

// pathsOf returns the paths of a resource with the parts that clients use: the kind of a path, and the parameters of its verbs, which
// tell kubectl that the server validates fields. Each version of OpenAPI has its own form for a parameter.
func pathsOf(r *kinds.Resource, parameter func(name string) map[string]any) map[string]any {
	gvk := map[string]any{"group": r.Group, "version": r.Version, "kind": r.Kind}
	base := "/" + openapiPath(r.GroupVersion())
	if !r.ClusterScoped {
		base += "/namespaces/{namespace}"
	}
	base += "/" + r.Name
	operation := func(action string, parameters ...string) map[string]any {
		list := []any{}
		for _, name := range parameters {
			list = append(list, parameter(name))
		}
		return map[string]any{
			"parameters": list, "x-kubernetes-action": action, "x-kubernetes-group-version-kind": gvk,
			"responses": map[string]any{"401": map[string]any{"description": "Unauthorized"}},
		}
	}
	return map[string]any{
		base: map[string]any{
			"get": operation("list"), "post": operation("post", "dryRun", "fieldManager", "fieldValidation"),
		},
		base + "/{name}": map[string]any{
			"get": operation("get"), "delete": operation("delete", "dryRun"),
			"put":   operation("put", "dryRun", "fieldManager", "fieldValidation"),
			"patch": operation("patch", "dryRun", "fieldManager", "fieldValidation", "force"),
		},
	}
}

// parameterV3 describes a parameter of a query as version 3 does.
func parameterV3(name string) map[string]any {
	return map[string]any{"name": name, "in": "query", "schema": map[string]any{"type": "string", "uniqueItems": true}}
}
