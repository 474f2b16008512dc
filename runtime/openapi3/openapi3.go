// Package openapi3 reads the OpenAPI v3 documents of a server by group and version.
//
//	document, err := openapi3.NewRoot(client.OpenAPIV3()).GVSpec(schema.GroupVersion{Group: "apps", Version: "v1"})
package openapi3

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/kube-openapi/pkg/spec3"

	"github.com/typewright/typewright/runtime/openapi"
)

// Root is the index of a server's documents. Each call asks its client again; runtime/openapi/cached has a client that remembers.
type Root interface {
	// GroupVersions returns the group-versions that have a document, in the order of their names.
	GroupVersions() ([]schema.GroupVersion, error)
	// GVSpec returns the document of a group-version, or a [*GroupVersionNotFoundError].
	GVSpec(gv schema.GroupVersion) (*spec3.OpenAPI, error)
	// GVSpecAsMap is GVSpec without types.
	GVSpecAsMap(gv schema.GroupVersion) (map[string]interface{}, error)
}

// NewRoot returns the index that a client reads.
func NewRoot(client openapi.Client) Root {
	return &root{client}
}

// GroupVersionNotFoundError says that a server has no document of a group-version.
type GroupVersionNotFoundError struct {
	gv schema.GroupVersion
}

// Error names the group-version.
func (e *GroupVersionNotFoundError) Error() string {
	return fmt.Sprintf("GroupVersion (%v) not found as OpenAPI V3 path", e.gv)
}

type root struct{ client openapi.Client }

func (r *root) GroupVersions() ([]schema.GroupVersion, error) {
	paths, err := r.client.Paths()
	if err != nil {
		return nil, err
	}
	found := []schema.GroupVersion{}
	for path := range paths {
		if gv, ok := groupVersionOf(path); ok {
			found = append(found, gv)
		}
	}
	slices.SortFunc(found, func(a, b schema.GroupVersion) int { return cmp.Compare(a.String(), b.String()) })
	return slices.Compact(found), nil
}

func (r *root) GVSpec(gv schema.GroupVersion) (*spec3.OpenAPI, error) {
	document := &spec3.OpenAPI{}
	return document, r.read(gv, document)
}

func (r *root) GVSpecAsMap(gv schema.GroupVersion) (map[string]interface{}, error) {
	var document map[string]any
	err := r.read(gv, &document)
	return document, err
}

// read decodes the document of a group-version.
func (r *root) read(gv schema.GroupVersion, into any) error {
	paths, err := r.client.Paths()
	if err != nil {
		return err
	}
	document, found := paths[pathOf(gv)]
	if !found {
		return &GroupVersionNotFoundError{gv}
	}
	data, err := document.Schema(runtime.ContentTypeJSON)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("OpenAPI document of %v: %w", gv, err)
	}
	return nil
}

// pathOf is the path of a group-version below a server's address.
func pathOf(gv schema.GroupVersion) string {
	if gv.Group == "" {
		return "api/" + gv.Version
	}
	return "apis/" + gv.Group + "/" + gv.Version
}

// groupVersionOf is what a path is of. Paths of groups, and of other things than APIs, are of none.
func groupVersionOf(path string) (gv schema.GroupVersion, ok bool) {
	switch parts := strings.Split(path, "/"); {
	case parts[0] == "api" && len(parts) == 2:
		return schema.GroupVersion{Version: parts[1]}, true
	case parts[0] == "apis" && len(parts) == 3:
		return schema.GroupVersion{Group: parts[1], Version: parts[2]}, true
	}
	return gv, false
}
