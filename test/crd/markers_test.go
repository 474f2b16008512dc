package crd

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/typewright/typewright/test/random/source"
)

// markerSource makes random markers of CustomResourceDefinitions.
type markerSource struct{ rand *rand.Rand }

// addMarkers gives the types of a project random markers, determined by the project's seed. It also makes explicit what only our
// generators would take from client markers: it adds a domain to groups without a dot, and markers for the scope and the status.
func addMarkers(p *source.Project) {
	d := markerSource{rand.New(rand.NewPCG(p.Seed, 23))}
	stored := map[string]bool{}
	for _, pkg := range p.Packages {
		for i, marker := range pkg.Markers {
			if group, ok := strings.CutPrefix(marker, "+groupName="); ok && !strings.Contains(group, ".") {
				pkg.Group = group + ".example.com"
				pkg.Markers[i] = "+groupName=" + pkg.Group
			}
		}
		for _, t := range pkg.Types {
			for i := range t.Fields {
				d.field(&t.Fields[i])
			}
			if t.Kind != nil {
				d.kind(t, !stored[pkg.Group+"/"+t.Name])
				stored[pkg.Group+"/"+t.Name] = true
			}
		}
	}
	makeScopesEqual(p)
}

// makeScopesEqual gives a kind the same scope in all versions, because controller-gen uses that of any one. It also sets the names of
// resources for which the tools make different plurals.
func makeScopesEqual(p *source.Project) {
	const cluster = "+kubebuilder:resource:scope=Cluster"
	scoped := map[string]bool{}
	each := func(do func(key string, t *source.Type)) {
		for _, pkg := range p.Packages {
			for _, t := range pkg.Types {
				if t.Kind != nil {
					do(pkg.Group+"/"+t.Name, t)
				}
			}
		}
	}
	// Kinds for which controller-gen and client generators make different plurals.
	plurals := map[string]string{"B": "b", "C": "c", "Data": "datas", "Options": "optionses", "Opts": "optses"}
	each(func(key string, t *source.Type) { scoped[key] = scoped[key] || !t.Kind.Namespaced })
	each(func(key string, t *source.Type) {
		t.Markers = slices.DeleteFunc(t.Markers, func(m string) bool { return m == "+genclient:nonNamespaced" || m == cluster })
		var resource []string
		if scoped[key] {
			resource = append(resource, "scope=Cluster")
		}
		if path, ok := plurals[t.Name]; ok {
			resource = append(resource, "path="+path)
		}
		if len(resource) > 0 {
			t.Markers = append(t.Markers, "+kubebuilder:resource:"+strings.Join(resource, ","))
		}
	})
}

// oneIn returns true once in n times.
func (d markerSource) oneIn(n int) bool { return d.rand.IntN(n) == 0 }

func (d markerSource) pick(from ...string) string { return from[d.rand.IntN(len(from))] }

func (d markerSource) kind(t *source.Type, stored bool) {
	add := func(n int, markers ...string) {
		if d.oneIn(n) {
			t.Markers = append(t.Markers, d.varySyntax(markers...)...)
		}
	}
	if stored {
		t.Markers = append(t.Markers, "+kubebuilder:storageversion")
	}
	if !slices.Contains(t.Markers, "+kubebuilder:subresource:status") && t.Kind.Status {
		t.Markers = append(t.Markers, "+kubebuilder:subresource:status")
	}
	add(3, `+kubebuilder:printcolumn:name="Age",type=date,JSONPath=.metadata.creationTimestamp`)
	add(3, "+kubebuilder:printcolumn:name=\"Model, by name\",type=string,JSONPath=`.spec.model`,description=\"The model; \\\"x\\\"\",priority=1,format=byte")
	add(4, "+kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector")
	add(4, d.pick(`+kubebuilder:deprecatedversion:warning="use another"`, "+kubebuilder:deprecatedversion"))
	add(4, `+kubebuilder:metadata:annotations="a.example.com/b=c=d",labels={"app=fleet","tier=api"}`)
	add(5, `+kubebuilder:validation:XValidation:rule="self.metadata.name != 'x'",message="no, not x",reason=FieldValueForbidden`)
	add(6, `+kubebuilder:title="A kind"`)
}

// field gives a field markers that are valid for its form, and sometimes a comment.
func (d markerSource) field(f *source.Field) {
	if f.Form == "" || f.Name == "" {
		return
	}
	markers := slices.Clone(f.Markers)
	add := func(n int, list ...string) {
		if d.oneIn(n) {
			markers = append(markers, d.varySyntax(list...)...)
		}
	}
	if d.oneIn(4) {
		markers = append(markers, d.pick("+optional", "+required", "+kubebuilder:validation:Optional", "+kubebuilder:validation:Required", "+k8s:optional"))
	}
	add(8, "+nullable")
	add(10, `+kubebuilder:title="A title"`)
	add(10, `+kubebuilder:externalDocs:url=https://example.com/docs,description="About it"`)
	switch f.Form {
	case "String", "StringPointer", "StringPointerPointer":
		d.text(add)
	case "Int", "Int32", "Int64", "Int32Pointer", "Int64Pointer", "Int16", "Uint16", "Uint32":
		d.number(add)
	case "Bool", "BoolPointer":
		add(3, "+kubebuilder:default=true")
	case "Float64", "Float64Pointer":
		add(3, "+kubebuilder:validation:Minimum=0.5")
		add(3, "+kubebuilder:validation:Maximum=2.5e3") // the default is between them
		add(4, "+kubebuilder:default=1.5")
	case "Strings", "StringSet", "AtomicStrings", "StringPointers":
		d.list(add)
	case "Structs", "Ints", "Times", "Enums":
		add(3, "+kubebuilder:validation:MaxItems=16")
		add(3, "+kubebuilder:validation:MinItems=1")
	case "StringMap", "IntMap", "StringsMap", "NamedMap":
		add(3, "+kubebuilder:validation:MinProperties=1")
		if f.Form == "StringMap" {
			add(4, `+kubebuilder:default={"a": "b"}`)
		}
		add(6, `+kubebuilder:example={a: b, "c d": "e"}`)
	case "Enum", "EnumPointer":
		add(3, "+kubebuilder:default=a")
		add(3, "+default=\"b\"")
		add(5, "+kubebuilder:validation:MaxLength=10")
	case "RawExtension", "RawExtensionPointer":
		add(3, "+kubebuilder:validation:EmbeddedResource")
		add(3, "+kubebuilder:pruning:PreserveUnknownFields")
	case "IntOrString":
		add(3, `+kubebuilder:default="50%"`)
	case "Quantity":
		add(3, `+kubebuilder:default="500m"`)
	case "QuantityPointer":
		add(3, "+kubebuilder:validation:XIntOrString", "+kubebuilder:validation:Pattern=`^[0-9]+%?$`")
	case "Struct", "StructPointer":
		add(5, "+kubebuilder:pruning:PreserveUnknownFields")
		add(6, "+kubebuilder:validation:Schemaless", "+kubebuilder:pruning:PreserveUnknownFields")
		add(5, `+kubebuilder:validation:XValidation:rule="self == oldSelf.orValue(self)",messageExpression="'it ' + 'stays'",reason=FieldValueInvalid,optionalOldSelf=true`)
	case "Bytes":
		add(3, "+kubebuilder:validation:MaxLength=100")
	}
	f.Markers = append(d.comment(), markers...)
}

type addFunc func(n int, list ...string)

// text gives a string field either a default or bounds, because a default has to satisfy the bounds. So do number and list.
func (d markerSource) text(add addFunc) {
	add(6, d.pick(`+kubebuilder:example="x"`, "+kubebuilder:example=word"))
	add(4, d.pick(`+kubebuilder:validation:XValidation:rule="self == oldSelf",message="is fixed"`, "+k8s:immutable"))
	if d.oneIn(4) {
		add(1, d.pick(`+kubebuilder:default="x, y; z"`, "+kubebuilder:default=plain", `+default="json"`, "+kubebuilder:default=`1`", `+kubebuilder:default=""`))
		return
	}
	add(3, fmt.Sprintf("+kubebuilder:validation:MinLength=%d", d.rand.IntN(3)))
	add(3, fmt.Sprintf("+kubebuilder:validation:MaxLength=%d", 5+d.rand.IntN(30)))
	add(4, "+kubebuilder:validation:Pattern=`^[a-z]{1,3}(,[a-z]+)*$`")
	add(5, d.pick("+kubebuilder:validation:Enum=Pod;Node", `+kubebuilder:validation:Enum={"a","b c","1"}`, "+kubebuilder:validation:Enum=one"))
	add(8, "+k8s:required") // this is a bound as well
	add(6, "+kubebuilder:validation:Format="+d.pick("uri", "date-time", "ipv4"))
}

func (d markerSource) number(add addFunc) {
	if d.oneIn(4) {
		add(1, d.pick("+kubebuilder:default=3", "+default=4", "+kubebuilder:default=1"))
		return
	}
	add(2, d.pick(fmt.Sprintf("+kubebuilder:validation:Minimum=%d", d.rand.IntN(9)-4), "+k8s:minimum=2 # a comment",
		"+kubebuilder:validation:Minimum=1"))
	add(8, "+kubebuilder:validation:ExclusiveMinimum=true")
	add(3, d.pick(fmt.Sprintf("+kubebuilder:validation:Maximum=%d", 10+d.rand.IntN(90)), "+k8s:maximum=90"))
	add(6, "+kubebuilder:validation:ExclusiveMaximum=false")
	add(6, "+kubebuilder:validation:MultipleOf=2")
	add(6, "+kubebuilder:validation:Enum=1;2;3")
}

func (d markerSource) list(add addFunc) {
	if d.oneIn(4) {
		add(1, d.pick("+kubebuilder:default={}", "+kubebuilder:default={a,b}", `+kubebuilder:default={"x y"}`, "+kubebuilder:default=a;b", `+default=["j"]`))
		return
	}
	add(3, "+kubebuilder:validation:MinItems=1")
	add(3, d.pick("+kubebuilder:validation:MaxItems=8", "+k8s:maxItems=20"))
	add(6, "+kubebuilder:validation:UniqueItems=false")
	add(3, fmt.Sprintf("+kubebuilder:validation:items:MaxLength=%d", 1+d.rand.IntN(60)))
	add(4, "+kubebuilder:validation:items:Pattern=`^[a-z]+$`")
	add(5, d.pick("+kubebuilder:validation:items:Enum=a;b", `+kubebuilder:validation:items:XValidation:rule="self != 'x'"`))
}

// comment returns a description for half of the fields, in forms that generators treat specially.
func (d markerSource) comment() []string {
	if !d.oneIn(2) {
		return nil
	}
	return [][]string{
		{"One line."},
		{"Two lines that belong", "together, with a colon: here."},
		{"A paragraph.", "", "And another one: \"quoted\" 'text' # no comment."},
		{"A list:", " - one", " - two", "", "TODO: this is for authors.", "The end."},
		{"Code:", "```yaml", "a: b", "TODO: stays", "```"},
		{"Before.", "---", "After the line."},
		{"  indented, with trailing text", "\ttabs too"},
	}[d.rand.IntN(7)]
}

// varySyntax writes := for the first = of some markers. It leaves out markers with named arguments, for which this is not valid.
func (d markerSource) varySyntax(markers ...string) []string {
	out := slices.Clone(markers)
	for i, marker := range out {
		name, value, ok := strings.Cut(marker, "=")
		named := slices.ContainsFunc([]string{"printcolumn", "deprecatedversion", "metadata", "selectablefield", "externalDocs", "scale", "XValidation"},
			func(family string) bool { return strings.Contains(name, ":"+family+":") })
		if ok && d.oneIn(4) && !named && !strings.HasPrefix(marker, "+default") {
			out[i] = name + ":=" + value
		}
	}
	return out
}
