package model

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// site is what a marker stands on.
type site int

const (
	onPackage site = 1 << iota
	onType
	onField
)

// markerRule is one row of the table of markers: where the marker may stand and which values it takes.
type markerRule struct {
	name   string
	places site
	value  valueRule
}

// valueRule checks the value of a marker. It returns advice on what to write, or nothing if the value is right.
type valueRule func(m Marker) string

// markerRules is the table of the markers that the generators read. Other markers pass, unless they look like a misspelling of
// one of these.
func markerRules() []markerRule {
	rules := []markerRule{
		{"genclient", onType, noValue},
		{"genclient:nonNamespaced", onType, noValue},
		{"genclient:noStatus", onType, noValue},
		{"genclient:noVerbs", onType, noValue},
		{"genclient:readonly", onType, noValue},
		{"genclient:onlyVerbs", onType, someValue("verbs, such as get,list")},
		{"genclient:skipVerbs", onType, someValue("verbs, such as patch,watch")},
		{"genclient:method", onType, someValue("Name,verb=…")},
		{viewMarker, onType, someValue("the kind that the type is a view of, such as Pod or k8s.io/api/core/v1.Pod")},
		{"groupName", onPackage, anyValue}, // checkGroupName checks it
		{"versionName", onPackage, someValue("a version, such as v1beta1")},
		{"groupGoName", onPackage, someValue("a Go name")},
		{"resourceName", onType, someValue("a plural in lower case")},
		{"k8s:deepcopy-gen", onPackage | onType, anyValue},
		{"k8s:deepcopy-gen:interfaces", onType, interfaceNames},
		{"k8s:deepcopy-gen:nonpointer-interfaces", onType, oneOf("true", "false")},
		{"k8s:register-gen", onPackage, oneOf("true", "false", "package")},
		{"k8s:client-gen", onPackage, oneOf("true", "false")},
		{"k8s:lister-gen", onPackage, oneOf("true", "false")},
		{"k8s:informer-gen", onPackage, oneOf("true", "false")},
		{"k8s:applyconfiguration-gen", onPackage, oneOf("true", "false")},
		{"kubebuilder:object:root", onType, oneOf("true", "false")},
		{"kubebuilder:object:generate", onPackage | onType, oneOf("true", "false")},
		{"listType", onType | onField, oneOf("atomic", "set", "map")},
		{"k8s:listType", onType | onField, oneOf("atomic", "set", "map")},
		{"listMapKey", onType | onField, someValue("the JSON name of a field")},
		{"k8s:listMapKey", onType | onField, someValue("the JSON name of a field")},
		{"mapType", onType | onField, oneOf("atomic", "granular")},
		{"k8s:mapType", onType | onField, oneOf("atomic", "granular")},
		{"structType", onType | onField, oneOf("atomic", "granular")},
		{"k8s:structType", onType | onField, oneOf("atomic", "granular")},
	}
	return append(rules, definitionRules()...)
}

// definitionRules are the markers of CustomResourceDefinitions. Package crd checks their values where it makes definitions.
func definitionRules() []markerRule {
	const anywhere = onPackage | onType | onField // where users write them, although they matter on fields alone
	var rules []markerRule
	add := func(places site, value valueRule, prefix string, names ...string) {
		for _, name := range names {
			rules = append(rules, markerRule{prefix + name, places, value})
		}
	}
	add(anywhere, anyValue, "", "optional", "required", "nullable", "default", "k8s:optional", "k8s:required")
	add(onType|onField, anyValue, "k8s:", "enum", "immutable", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems",
		"minProperties", "maxProperties")
	add(onType|onField, anyValue, "kubebuilder:", "example", "title", "externalDocs", "pruning:PreserveUnknownFields")
	add(onField, anyValue, "kubebuilder:", "default")
	const validation = "kubebuilder:validation:"
	add(anywhere, noValue, validation, "Optional", "Required")
	add(onType|onField, someValue("a value"), validation, "Maximum", "Minimum", "MultipleOf", "MaxLength", "MinLength", "MaxItems", "MinItems",
		"MaxProperties", "MinProperties", "Pattern", "Enum", "Format", "Type")
	add(onType|onField, oneOf("true", "false"), validation, "ExclusiveMaximum", "ExclusiveMinimum", "UniqueItems")
	add(onType|onField, anyValue, validation, "XPreserveUnknownFields", "XEmbeddedResource", "XIntOrString", "XValidation", "EmbeddedResource")
	add(onField, anyValue, validation, "Schemaless")
	add(onType, someValue("fields, such as a;b"), validation, "ExactlyOneOf", "AtMostOneOf", "AtLeastOneOf")
	add(onType, anyValue, "kubebuilder:", "resource", "printcolumn", "selectablefield", "metadata", "deprecatedversion", "storageversion",
		"unservedversion", "skipversion", "subresource:status", "subresource:scale")
	add(onType, anyValue, "typewright:", "conversion")
	add(onPackage, anyValue, "kubebuilder:", "skip")
	return rules
}

// otherTags are tags of Kubernetes' declarative validation that schemas cannot say, or that only its own tests use.
func otherTags() []string {
	return []string{
		"alpha", "beta", "customUnique", "customValidation", "default", "dependentForbidden", "dependentRequired", "deprecated", "eachKey",
		"eachVal", "enumExclude", "forbidden", "format", "ifDisabled", "ifEnabled", "ifMode", "isSubresource", "item", "maxBytes",
		"modeDiscriminator", "monotonic", "neq", "opaqueType", "subfield", "supportsSubresource", "unionDiscriminator", "unionMember", "unique",
		"update", "validateError", "validateFalse", "validateTrue", "validateTrueAlpha", "validateTrueBeta", "zeroOrOneOfMember",
	}
}

// names reports whether a marker's name is that of the rule. Arguments, such as :name="Age", belong to the name up to the first
// equals sign, and markers for the elements of a list have the names of others.
func (r markerRule) names(name string) bool {
	switch r.name {
	case "kubebuilder:resource", "kubebuilder:printcolumn", "kubebuilder:selectablefield", "kubebuilder:metadata", "kubebuilder:deprecatedversion",
		"kubebuilder:subresource:scale", "kubebuilder:externalDocs", "kubebuilder:validation:XValidation", "typewright:conversion":
		return name == r.name || strings.HasPrefix(withoutItems(name), r.name+":")
	}
	return name == r.name || r.places&onField != 0 && withoutItems(name) == r.name
}

func withoutItems(name string) string {
	return strings.Replace(name, "kubebuilder:validation:items:", "kubebuilder:validation:", 1)
}

// isOtherTag reports whether a marker is a tag of Kubernetes' declarative validation without a rule here, or of one of its
// generators: +k8s:ifEnabled(X)=…, +k8s:openapi-gen=true.
func isOtherTag(name string) bool {
	tag, ok := strings.CutPrefix(name, "k8s:")
	tag, _, _ = strings.Cut(tag, "(")
	return ok && (strings.Contains(tag, "-") || slices.Contains(otherTags(), tag))
}

func anyValue(Marker) string { return "" }

// noValue also accepts "=true", as Kubernetes' generators do.
func noValue(m Marker) string {
	if m.HasValue && m.Value != "true" {
		return "write +" + m.Name + " alone, or leave the line out"
	}
	return ""
}

func someValue(example string) valueRule {
	return func(m Marker) string {
		if strings.TrimSpace(m.Value) == "" {
			return "write +" + m.Name + "= and " + example
		}
		return ""
	}
}

// interfaceNames accepts names of the form import/path.Interface, separated by commas. Emitted code uses them.
func interfaceNames(m Marker) string {
	for name := range strings.SplitSeq(unquote(m.Value), ",") {
		path, short, qualified := SplitTypeName(strings.TrimSpace(name))
		if !token.IsIdentifier(short) || !token.IsExported(short) || qualified && module.CheckImportPath(path) != nil {
			return "write +" + m.Name + "= and import/path.Interface"
		}
	}
	return ""
}

func oneOf(values ...string) valueRule {
	return func(m Marker) string {
		if slices.Contains(values, unquote(m.Value)) {
			return ""
		}
		return "write +" + m.Name + "=" + strings.Join(values, " or =")
	}
}

func unquote(s string) string { return strings.Trim(s, `"`) }

// MarkerNames are the names of the markers that the generators read, without the "+".
func MarkerNames() []string {
	rules := markerRules()
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.name
	}
	return names
}
