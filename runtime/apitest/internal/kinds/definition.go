package kinds

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/util/validation/field"

	apischema "github.com/typewright/typewright/runtime/apitest/internal/schema"
)

// Definition has the fields of a CustomResourceDefinition (apiextensions.k8s.io/v1) that the server uses.
type Definition struct {
	Metadata struct {
		Name        string            `json:"name"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Group    string              `json:"group"`
		Names    Names               `json:"names"`
		Scope    string              `json:"scope"`
		Versions []DefinitionVersion `json:"versions"`
	} `json:"spec"`
}

// Names are the names of a definition's resource.
type Names struct {
	Plural     string   `json:"plural"`
	Singular   string   `json:"singular,omitempty"`
	Kind       string   `json:"kind"`
	ListKind   string   `json:"listKind,omitempty"`
	ShortNames []string `json:"shortNames,omitempty"`
	Categories []string `json:"categories,omitempty"`
}

// DefinitionVersion is one version of a definition.
type DefinitionVersion struct {
	Name    string `json:"name"`
	Served  bool   `json:"served"`
	Storage bool   `json:"storage"`
	Schema  struct {
		OpenAPIV3Schema map[string]any `json:"openAPIV3Schema"`
	} `json:"schema"`
	Subresources struct {
		Status *struct{} `json:"status"`
		Scale  *struct {
			SpecReplicasPath   string `json:"specReplicasPath"`
			StatusReplicasPath string `json:"statusReplicasPath"`
			LabelSelectorPath  string `json:"labelSelectorPath"`
		} `json:"scale"`
	} `json:"subresources"`
	AdditionalPrinterColumns []struct {
		Name, Type, Format, Description string
		Priority                        int32
		JSONPath                        string
	} `json:"additionalPrinterColumns"`
	SelectableFields []struct {
		JSONPath string `json:"jsonPath"`
	} `json:"selectableFields"`
}

// ReadDefinition reads the content of a CustomResourceDefinition.
func ReadDefinition(content map[string]any) (*Definition, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return nil, err
	}
	d := &Definition{}
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("read the definition: %w", err)
	}
	if d.Spec.Names.Singular == "" {
		d.Spec.Names.Singular = strings.ToLower(d.Spec.Names.Kind)
	}
	if d.Spec.Names.ListKind == "" {
		d.Spec.Names.ListKind = d.Spec.Names.Kind + "List"
	}
	return d, nil
}

// ClusterScoped reports whether the definition's objects are cluster-scoped.
func (d *Definition) ClusterScoped() bool { return d.Spec.Scope == "Cluster" }

// GroupResource returns the group and resource under which the definition's objects are stored.
func (d *Definition) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: d.Spec.Group, Resource: d.Spec.Names.Plural}
}

// SchemaPath returns the path for errors about the schema of a version. As in the real server, the path of a schema that all versions
// share does not name a version. again reports whether an earlier version has the same path.
func (d *Definition) SchemaPath(version int) (at *field.Path, again bool) {
	at = field.NewPath("spec")
	for _, v := range d.Spec.Versions[1:] {
		if !reflect.DeepEqual(v.Schema.OpenAPIV3Schema, d.Spec.Versions[0].Schema.OpenAPIV3Schema) {
			return at.Child("versions").Index(version).Child("schema", "openAPIV3Schema"), false
		}
	}
	return at.Child("validation", "openAPIV3Schema"), version > 0
}

// Resources returns the resources of the definition, one for each served version.
func (d *Definition) Resources() ([]*Resource, error) {
	var all, served []*Resource
	var errs []error
	for _, version := range d.Spec.Versions {
		r, err := d.resource(version)
		if err != nil {
			errs = append(errs, fmt.Errorf("version %s: %w", version.Name, err))
			continue
		}
		all = append(all, r)
		if version.Served {
			served = append(served, r)
		}
	}
	mergeTogether(all)
	return served, errors.Join(errs...)
}

// mergeTogether gives all versions of a resource the same converter, which has the types of all of them: the managed fields of an object
// can refer to every version in which it was written.
func mergeTogether(versions []*Resource) {
	converter := sync.OnceValues(func() (managedfields.TypeConverter, error) {
		defs := apischema.Definitions{}
		for _, r := range versions {
			if r.Definitions == nil {
				return managedfields.NewDeducedTypeConverter(), nil
			}
			_, own := r.Definitions()
			maps.Copy(defs, own)
		}
		return defs.TypeConverter()
	})
	for _, r := range versions {
		r.Converter = converter
	}
}

func (d *Definition) resource(v DefinitionVersion) (*Resource, error) {
	names := d.Spec.Names
	r := &Resource{
		GroupVersionKind: schema.GroupVersionKind{Group: d.Spec.Group, Version: v.Name, Kind: names.Kind},
		Name:             names.Plural, Singular: names.Singular, ListKind: names.ListKind,
		ShortNames: names.ShortNames, Categories: names.Categories,
		ClusterScoped: d.ClusterScoped(), Status: v.Subresources.Status != nil, Definition: d.Metadata.Name, Traits: custom(),
	}
	if v.Schema.OpenAPIV3Schema != nil {
		var err error
		if r.Schema, err = apischema.NewStructural(v.Schema.OpenAPIV3Schema); err != nil {
			return nil, err
		}
	}
	if s := v.Subresources.Scale; s != nil {
		r.Scale = &Scale{
			SpecReplicas: fieldPath(s.SpecReplicasPath), StatusReplicas: fieldPath(s.StatusReplicasPath), LabelSelector: fieldPath(s.LabelSelectorPath),
		}
	}
	r.Columns = []Column{}
	for _, c := range v.AdditionalPrinterColumns {
		description := cmp.Or(c.Description, "Custom resource definition column (in JSONPath format): "+c.JSONPath)
		r.Columns = append(r.Columns, Column{
			metav1.TableColumnDefinition{Name: c.Name, Type: c.Type, Format: c.Format, Description: description, Priority: c.Priority},
			c.JSONPath,
		})
	}
	if len(r.Columns) == 0 {
		r.Columns = []Column{{
			metav1.TableColumnDefinition{Name: "Age", Type: "date", Description: metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"]},
			".metadata.creationTimestamp",
		}}
	}
	for _, f := range v.SelectableFields {
		r.SelectableFields = append(r.SelectableFields, strings.TrimPrefix(f.JSONPath, "."))
	}
	r.DescribeSchema()
	return r, nil
}

// fieldPath splits a path such as ".spec.replicas"; nil for an empty path.
func fieldPath(path string) []string {
	if path = strings.TrimPrefix(path, "."); path == "" {
		return nil
	}
	return strings.Split(path, ".")
}

// Definitions returns the resource of custom resource definitions.
func Definitions() *Resource {
	r := &Resource{
		GroupVersionKind: schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"},
		ClusterScoped:    true, Status: true, ShortNames: []string{"crd", "crds"}, Categories: []string{"api-extensions"},
	}
	r.Default()
	r.Traits = TraitsOf(r.GroupResource())
	r.Generation = true
	r.DescribeType(nil)
	return r
}

// Namespaces returns the resource of namespaces, which every server has.
func Namespaces(typeOf func(schema.GroupVersionKind) reflect.Type, types *apischema.Types) *Resource {
	r := &Resource{
		GroupVersionKind: schema.GroupVersionKind{Version: "v1", Kind: "Namespace"},
		ClusterScoped:    true, Status: true, ShortNames: []string{"ns"},
	}
	r.Default()
	r.Traits = TraitsOf(r.GroupResource())
	r.Type = typeOf(r.GroupVersionKind)
	r.DescribeType(types)
	return r
}
