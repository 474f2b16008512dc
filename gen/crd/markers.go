package crd

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

const (
	validation = "kubebuilder:validation:"
	itemsOf    = validation + "items:"
)

// setting is what one marker does to a schema. Its error says what is wrong with the marker at this place.
type setting struct {
	// order is the turn in which it is made: those of one turn are made in source order.
	order int
	set   func(s *Schema, m model.Marker, d *model.Decl) error
}

// The turns in which settings are made.
const (
	typeTurn    = iota // what others depend on
	usualTurn          // all others
	k8sTurn            // +default, before +kubebuilder:default
	defaultTurn        // what replaces a default of Kubernetes' own marker
	atMostTurn
	exactlyTurn
	atLeastTurn
	requiredTurn // what depends on all others
)

// apply makes the settings of a declaration's or a field's markers. d is nil for fields.
func (b *builder) apply(s *Schema, markers model.Markers, d *model.Decl) {
	type made struct {
		setting
		model.Marker
		items bool
	}
	var all []made
	for _, m := range markers {
		name, items := strings.CutPrefix(m.Name, itemsOf)
		if items {
			name = validation + name
		}
		if rule, ok := settingOf(name); ok {
			all = append(all, made{rule, m, items})
		}
	}
	slices.SortStableFunc(all, func(a, b made) int { return cmp.Compare(a.order, b.order) })
	for _, one := range all {
		to, err := s, error(nil)
		if one.items {
			if to = s.Items; to == nil {
				err = errors.New("the value is no list with elements of its own")
			}
		}
		if err == nil {
			err = one.set(to, one.Marker, d)
		}
		if err != nil {
			b.problem(&Schema{pos: one.Pos, writable: s.writable}, "", "marker +%s: %v", one.Name, err)
		}
	}
}

// settingOf finds what a marker does; false for markers that say nothing about schemas.
func settingOf(name string) (setting, bool) {
	if rule, ok := strings.CutPrefix(name, validation+"XValidation"); ok && (rule == "" || rule[0] == ':') {
		return setting{usualTurn, addRule}, true
	}
	if rest, ok := strings.CutPrefix(name, "kubebuilder:externalDocs"); ok && (rest == "" || rest[0] == ':') {
		return setting{usualTurn, setDocs}, true
	}
	if short, ok := strings.CutPrefix(name, validation); ok {
		return validationOf(short)
	}
	if short, ok := strings.CutPrefix(name, "k8s:"); ok {
		return declarativeOf(short)
	}
	switch name {
	case "listType":
		return setting{typeTurn, setListType}, true
	case "listMapKey":
		return setting{usualTurn, addListMapKey}, true
	case "mapType", "structType":
		return setting{usualTurn, setMapType}, true
	case "nullable":
		return setting{usualTurn, flag(func(s *Schema) { s.Nullable = true })}, true
	case "default":
		return setting{k8sTurn, setKubernetesDefault}, true
	case "kubebuilder:default":
		return setting{defaultTurn, setDefault}, true
	case "kubebuilder:example":
		return setting{usualTurn, setExample}, true
	case "kubebuilder:title":
		return setting{usualTurn, text(func(s *Schema, title string) error { s.Title = title; return nil })}, true
	case "kubebuilder:pruning:PreserveUnknownFields":
		return setting{usualTurn, flag(func(s *Schema) { s.PreserveUnknown = true })}, true
	}
	return setting{}, false
}

// validationOf finds what +kubebuilder:validation:short does.
func validationOf(short string) (setting, bool) {
	switch short {
	case "Type":
		return setting{typeTurn, text(func(s *Schema, typ string) error { s.Type = typ; return nil })}, true
	case "XIntOrString":
		return setting{typeTurn, flag(func(s *Schema) { s.IntOrString = true })}, true
	case "Format":
		return setting{usualTurn, text(func(s *Schema, format string) error { s.Format = format; return nil })}, true
	case "Pattern":
		return setting{usualTurn, text(setPattern)}, true
	case "Enum":
		return setting{usualTurn, setEnum}, true
	case "XPreserveUnknownFields":
		return setting{usualTurn, flag(func(s *Schema) { s.PreserveUnknown = true })}, true
	case "XEmbeddedResource", "EmbeddedResource":
		return setting{usualTurn, flag(func(s *Schema) { s.EmbeddedResource = true })}, true
	case "UniqueItems":
		return setting{usualTurn, uniqueItems}, true
	case "ExclusiveMaximum":
		return setting{usualTurn, boolean("number", func(s *Schema, on bool) { s.ExclusiveMaximum = on })}, true
	case "ExclusiveMinimum":
		return setting{usualTurn, boolean("number", func(s *Schema, on bool) { s.ExclusiveMinimum = on })}, true
	case "AtMostOneOf":
		return setting{atMostTurn, oneOf("at most one of the fields in %v may be set", " <= 1")}, true
	case "ExactlyOneOf":
		return setting{exactlyTurn, oneOf("exactly one of the fields in %v must be set", " == 1")}, true
	case "AtLeastOneOf":
		return setting{atLeastTurn, atLeastOneOf}, true
	}
	return limitOf(short)
}

// limitOf finds what a marker does that limits a value by a number.
func limitOf(short string) (setting, bool) {
	switch short {
	case "Maximum":
		return setting{usualTurn, number(func(s *Schema, n *float64) { s.Maximum = n })}, true
	case "Minimum":
		return setting{usualTurn, number(func(s *Schema, n *float64) { s.Minimum = n })}, true
	case "MultipleOf":
		return setting{usualTurn, number(func(s *Schema, n *float64) { s.MultipleOf = n })}, true
	case "MaxLength":
		return setting{usualTurn, count("string", func(s *Schema, n *int64) { s.MaxLength = n })}, true
	case "MinLength":
		return setting{usualTurn, count("string", func(s *Schema, n *int64) { s.MinLength = n })}, true
	case "MaxItems":
		return setting{usualTurn, count("array", func(s *Schema, n *int64) { s.MaxItems = n })}, true
	case "MinItems":
		return setting{usualTurn, count("array", func(s *Schema, n *int64) { s.MinItems = n })}, true
	case "MaxProperties":
		return setting{usualTurn, count("object", func(s *Schema, n *int64) { s.MaxProperties = n })}, true
	case "MinProperties":
		return setting{usualTurn, count("object", func(s *Schema, n *int64) { s.MinProperties = n })}, true
	}
	return setting{}, false
}

// declarativeOf finds what +k8s:short does, a tag of Kubernetes' declarative validation. Those that schemas cannot say, such as
// unions, do nothing.
func declarativeOf(short string) (setting, bool) {
	switch short {
	case "listType", "listMapKey":
		return settingOf(short)
	case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
		return limitOf(model.UpperFirst(short))
	case "immutable":
		return setting{usualTurn, func(s *Schema, _ model.Marker, _ *model.Decl) error {
			s.Validations = append(s.Validations, Rule{Rule: "self == oldSelf", Message: "field is immutable"})
			return nil
		}}, true
	case "required":
		return setting{requiredTurn, setNotEmpty}, true
	case "enum":
		return setting{usualTurn, setDeclaredEnum}, true
	}
	return setting{}, false
}
