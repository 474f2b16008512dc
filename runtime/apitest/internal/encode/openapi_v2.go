package encode

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	openapi_v2 "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	"k8s.io/kube-openapi/pkg/schemamutation"
	"k8s.io/kube-openapi/pkg/validation/spec"

	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// mediaOpenAPIV2 is the type of an OpenAPI v2 document in protobuf.
const mediaOpenAPIV2 = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

// openapiV2 is the name under which the document of version 2 is kept beside those of version 3.
const openapiV2 = "v2"

// serveOpenAPIV2 answers with one document of all resources, in JSON, or in protobuf if the client asks for it. kubectl reads it for
// kinds that no document of version 3 has, such as List.
func (d *Documents) serveOpenAPIV2(w http.ResponseWriter, req *http.Request) {
	name, media := openapiV2, MediaJSON
	// The name of the type in requests has an @ that no media type may have: mime.ParseMediaType refuses it.
	if strings.Contains(req.Header.Get("Accept"), "com.github.proto-openapi.spec.v2") {
		name, media = openapiV2+"/protobuf", mediaOpenAPIV2
	}
	data, err := d.openapiV2Document(name, media)
	if err != nil {
		WriteError(w, req, err)
		return
	}
	writeTagged(w, req, media, data)
}

// openapiV2Document returns the document in a form, which is kept until the resources change.
func (d *Documents) openapiV2Document(name, media string) ([]byte, error) {
	resources := d.registry.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgetOld(resources)
	if made, ok := d.made[name]; ok {
		return made, nil
	}
	definitions, paths := map[string]*spec.Schema{}, map[string]any{}
	for _, r := range resources.All() {
		for name, s := range definitionsOf(r) {
			definitions[name] = inV2(s)
		}
		maps.Copy(paths, pathsOf(r, v2{}))
	}
	data, err := json.Marshal(map[string]any{
		"swagger": "2.0", "info": map[string]any{"title": "Kubernetes", "version": serverVersion}, "paths": paths, "definitions": definitions,
	})
	if err == nil && media == mediaOpenAPIV2 {
		data, err = protobufV2(data)
	}
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI v2 document: %w", err)
	}
	d.made[name] = data
	return data, nil
}

func protobufV2(data []byte) ([]byte, error) {
	document, err := openapi_v2.ParseDocument(data)
	if err != nil {
		return nil, err
	}
	return proto.Marshal(document)
}

// inV2 returns a schema without what version 2 does not have, and with references to where version 2 has definitions.
func inV2(s *spec.Schema) *spec.Schema {
	walker := schemamutation.Walker{
		SchemaCallback: func(s *spec.Schema) *spec.Schema {
			changed := *apischema.WithoutEmbedded(s)
			changed.AnyOf, changed.OneOf, changed.Not, changed.Nullable = nil, nil, nil, false
			return &changed
		},
		RefCallback: func(ref *spec.Ref) *spec.Ref {
			name, refers := strings.CutPrefix(ref.String(), apischema.RefPrefix)
			if !refers {
				return ref
			}
			moved := spec.MustCreateRef("#/definitions/" + name)
			return &moved
		},
	}
	return walker.WalkSchema(s)
}
