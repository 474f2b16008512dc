package encode

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/builder3/util"
	"k8s.io/kube-openapi/pkg/schemamutation"
	"k8s.io/kube-openapi/pkg/validation/spec"

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
		WriteError(w, req, err)
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
		for name, s := range definitionsOf(r) {
			schemas[name] = inV3(s)
		}
		maps.Copy(paths, pathsOf(r, v3{}))
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

// inV3 returns a schema in the form of version 3: one with oneOf for several types has no type itself, and a reference with other
// fields is in allOf.
func inV3(s *spec.Schema) *spec.Schema {
	walker := schemamutation.Walker{
		SchemaCallback: func(s *spec.Schema) *spec.Schema {
			if len(s.OneOf) == 0 || len(s.OneOf[0].Type) == 0 {
				return s
			}
			changed := *s
			changed.Type = nil
			return &changed
		},
		RefCallback: schemamutation.RefCallbackNoop,
	}
	return util.WrapRefs(walker.WalkSchema(s))
}
