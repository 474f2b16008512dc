package crd

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/typewright/typewright/gen/model"
)

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

// uniqueItems takes false alone: a cluster refuses the other value, since comparing all elements costs the square of their number.
func uniqueItems(s *Schema, m model.Marker, _ *model.Decl) error {
	if m.Word() != "false" {
		return errors.New("a cluster accepts false alone: write +listType=set")
	}
	return fits(s, "array")
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
