package crd

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
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
		return setting{usualTurn, boolean("array", func(s *Schema, on bool) { s.UniqueItems = on })}, true
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

// flag is a setting of a marker without a value.
func flag(set func(*Schema)) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, _ model.Marker, _ *model.Decl) error { set(s); return nil }
}

// text is a setting of a marker with a text as its value.
func text(set func(*Schema, string) error) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, m model.Marker, _ *model.Decl) error {
		value, err := parseText(m.Value)
		if err != nil {
			return err
		}
		return set(s, value)
	}
}

// boolean is a setting of a marker with true or false as its value, for values of that type.
func boolean(of string, set func(*Schema, bool)) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, m model.Marker, _ *model.Decl) error {
		on, err := strconv.ParseBool(strings.TrimSpace(m.Value))
		if err != nil {
			return fmt.Errorf("write true or false, not %q", m.Value)
		}
		set(s, on)
		return fits(s, of)
	}
}

// count is a setting of a marker with a whole number as its value, for values of that type.
func count(of string, set func(*Schema, *int64)) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, m model.Marker, _ *model.Decl) error {
		n, err := strconv.ParseInt(withoutComment(m), 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("write a whole number, not %q", m.Value)
		}
		if err := fits(s, of); err != nil {
			return err
		}
		set(s, &n)
		return nil
	}
}

// number is a setting of a marker with a number as its value, for numbers.
func number(set func(*Schema, *float64)) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, m model.Marker, _ *model.Decl) error {
		n, err := strconv.ParseFloat(withoutComment(m), 64)
		if err != nil {
			return fmt.Errorf("write a number, not %q", m.Value)
		}
		if err := fits(s, "number"); err != nil {
			return err
		}
		if s.Type == "integer" && n != float64(int64(n)) {
			return fmt.Errorf("write a whole number for an integer, not %q", m.Value)
		}
		set(s, &n)
		return nil
	}
}

// withoutComment is a marker's value. Values of Kubernetes' tags may be followed by a comment.
func withoutComment(m model.Marker) string {
	value := m.Value
	if strings.HasPrefix(m.Name, "k8s:") {
		value, _, _ = strings.Cut(value, "#")
	}
	return strings.TrimSpace(value)
}

// fits checks that a marker stands on a value of the type that it is for.
func fits(s *Schema, of string) error {
	switch {
	case s.Type == of, of == "number" && s.Type == "integer", of == "string" && (s.IntOrString || s.textual):
		return nil
	case s.Type == "":
		return fmt.Errorf("the value is no %s", of)
	}
	return fmt.Errorf("the value is of type %s, not %s", s.Type, of)
}

func setPattern(s *Schema, pattern string) error {
	s.Pattern = pattern
	return fits(s, "string")
}

func setEnum(s *Schema, m model.Marker, _ *model.Decl) error {
	values, err := parseList(m.Value)
	s.Enum = values
	return err
}

func setDeclaredEnum(s *Schema, _ model.Marker, d *model.Decl) error {
	switch {
	case d == nil:
		return errors.New("move it to the type")
	case s.Type != "string":
		return fmt.Errorf("type %s is no string", d.Name)
	case len(d.Texts) == 0:
		return fmt.Errorf("type %s has no constants", d.Name)
	}
	s.Enum = nil
	for _, value := range d.Texts {
		s.Enum = append(s.Enum, value)
	}
	return nil
}

// setNotEmpty is what Kubernetes means by +k8s:required, beside that the field must be there.
func setNotEmpty(s *Schema, _ model.Marker, _ *model.Decl) error {
	one := int64(1)
	switch {
	case s.Type == "string" && s.MinLength == nil:
		s.MinLength = &one
	case s.Type == "array" && s.MinItems == nil:
		s.MinItems = &one
	case (s.Type == "object" || s.Type == "" && s.ref != nil && !s.textual) && s.MinProperties == nil:
		s.MinProperties = &one
	}
	return nil
}

func setListType(s *Schema, m model.Marker, _ *model.Decl) error {
	s.ListType = m.Word()
	return fits(s, "array")
}

func addListMapKey(s *Schema, m model.Marker, _ *model.Decl) error {
	if s.ListType != "map" {
		return errors.New("the list has no +listType=map")
	}
	if key := strings.Trim(m.Value, `"`); !slices.Contains(s.ListMapKeys, key) {
		s.ListMapKeys = append(s.ListMapKeys, key)
	}
	return nil
}

func setMapType(s *Schema, m model.Marker, _ *model.Decl) error {
	if s.Type != "object" && s.Type != "" {
		return fits(s, "object")
	}
	s.MapType = m.Word()
	return nil
}

func setDefault(s *Schema, m model.Marker, _ *model.Decl) error {
	value, err := parseValue(m.Value)
	if object, ok := value.(map[string]any); ok && len(object) == 0 && s.Type == "array" {
		value = []any{}
	}
	s.Default = value
	return err
}

// setKubernetesDefault reads +default, whose value is JSON or ref(constant). Other values, which tools of other kinds may
// understand, say nothing.
func setKubernetesDefault(s *Schema, m model.Marker, _ *model.Decl) error {
	if value, err := parseJSON(m.Value); err == nil {
		s.Default = value
	}
	return nil
}

func setExample(s *Schema, m model.Marker, _ *model.Decl) error {
	value, err := parseValue(m.Value)
	s.Example = value
	return err
}

func setDocs(s *Schema, m model.Marker, _ *model.Decl) error {
	var docs struct{ url, description string }
	err := parseArguments(m, "kubebuilder:externalDocs", arguments{"url": {text: &docs.url, required: true}, "description": {text: &docs.description}})
	if err != nil {
		return err
	}
	if _, err := url.ParseRequestURI(docs.url); err != nil {
		return fmt.Errorf("%q is no URL", docs.url)
	}
	s.DocsURL, s.DocsDescription = docs.url, docs.description
	return nil
}

// addRule reads +kubebuilder:validation:XValidation.
func addRule(s *Schema, m model.Marker, _ *model.Decl) error {
	var r Rule
	m.Name = strings.Replace(m.Name, itemsOf, validation, 1)
	err := parseArguments(m, validation+"XValidation", arguments{
		"rule": {text: &r.Rule, required: true}, "message": {text: &r.Message}, "messageExpression": {text: &r.MessageExpression},
		"reason": {text: &r.Reason}, "fieldPath": {text: &r.FieldPath}, "optionalOldSelf": {flag: &r.OptionalOldSelf},
	})
	if err != nil {
		return err
	}
	switch r.Reason {
	case "", "FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate":
	default:
		return fmt.Errorf("%q is no reason: write FieldValueInvalid, FieldValueForbidden, FieldValueRequired or FieldValueDuplicate", r.Reason)
	}
	s.Validations = append(s.Validations, r)
	return nil
}

// oneOf adds a rule that counts the fields that are set.
func oneOf(message, comparison string) func(*Schema, model.Marker, *model.Decl) error {
	return func(s *Schema, m model.Marker, _ *model.Decl) error {
		fields, err := fieldNames(m)
		if err != nil || len(fields) == 0 {
			return err
		}
		var terms []string
		for _, field := range fields {
			terms = append(terms, "(has(self."+field+")?1:0)")
		}
		s.Validations = append(s.Validations, Rule{Rule: strings.Join(terms, "+") + comparison, Message: fmt.Sprintf(message, fields)})
		return nil
	}
}

func atLeastOneOf(s *Schema, m model.Marker, _ *model.Decl) error {
	fields, err := fieldNames(m)
	if err != nil || len(fields) == 0 {
		return err
	}
	s.Validations = append(s.Validations, Rule{
		Rule: "has(self." + strings.Join(fields, ")||has(self.") + ")", Message: fmt.Sprintf("at least one of the fields in %v must be set", fields),
	})
	return nil
}

// fieldNames reads a list of fields of the same struct.
func fieldNames(m model.Marker) ([]string, error) {
	names, err := parseTexts(m.Value)
	for _, name := range names {
		if strings.Contains(name, ".") {
			return nil, fmt.Errorf("%q is not a field of the struct itself", name)
		}
	}
	return names, err
}
