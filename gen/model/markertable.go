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
	return []markerRule{
		{"genclient", onType, noValue},
		{"genclient:nonNamespaced", onType, noValue},
		{"genclient:noStatus", onType, noValue},
		{"genclient:noVerbs", onType, noValue},
		{"genclient:readonly", onType, noValue},
		{"genclient:onlyVerbs", onType, someValue("verbs, such as get,list")},
		{"genclient:skipVerbs", onType, someValue("verbs, such as patch,watch")},
		{"genclient:method", onType, someValue("Name,verb=…")},
		{"groupName", onPackage, anyValue}, // checkGroupName checks it
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
