package schema

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	openapierrors "k8s.io/kube-openapi/pkg/validation/errors"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

// Validate returns the violations of the schema in an object, with the real server's messages. It does not evaluate CEL rules
// (x-kubernetes-validations).
func (s *Structural) Validate(object map[string]any) field.ErrorList {
	return violations(s.rules, object, nil)
}

// ValidateStatus returns the violations of the schema in the status of an object. The messages name fields from the status on.
func (s *Structural) ValidateStatus(object map[string]any) field.ErrorList {
	status, present := object["status"]
	rules, known := s.rules.Properties["status"]
	if !present || !known {
		return nil
	}
	return violations(&rules, status, field.NewPath("status"))
}

func violations(rules *spec.Schema, value any, at *field.Path) (errs field.ErrorList) {
	for _, err := range validate.NewSchemaValidator(rules, nil, "", strfmt.Default).Validate(value).Errors {
		errs = append(errs, fieldError(err, at))
	}
	return errs
}

// ValidateEmbedded returns errors of embedded resources.
func (s *Structural) ValidateEmbedded(object map[string]any) field.ErrorList {
	return embeddedErrors(s.root, object, nil)
}

// ValidateLists returns duplicate items of lists that are sets or maps.
func (s *Structural) ValidateLists(object map[string]any) field.ErrorList {
	return duplicates(s.root, object, nil)
}

// fieldError returns the real server's error for a violated rule.
func fieldError(err error, at *field.Path) *field.Error {
	violation, ok := err.(*openapierrors.Validation) //nolint:errorlint // validators return nothing else
	if !ok {
		return field.Invalid(at, "", err.Error())
	}
	if name := strings.TrimPrefix(violation.Name, "."); name != "" {
		at = at.Child(name)
	}
	switch violation.Code() {
	case openapierrors.RequiredFailCode:
		return field.Required(at, "")
	case openapierrors.EnumFailCode:
		return field.NotSupported(at, violation.Value, allowed(violation.Values))
	case openapierrors.TooLongFailCode:
		return field.TooLong(at, "", count(violation.Valid))
	case openapierrors.MaxItemsFailCode, openapierrors.TooManyPropertiesCode:
		return field.TooMany(at, count(violation.Value), count(violation.Valid))
	}
	value := violation.Value
	if value == nil {
		value = ""
	}
	if violation.Code() == openapierrors.InvalidTypeCode {
		return field.TypeInvalid(at, value, err.Error())
	}
	return field.Invalid(at, value, err.Error())
}

func allowed(values []any) []string {
	out := make([]string, len(values))
	for i, value := range values {
		text, ok := value.(string)
		if !ok {
			data, _ := json.Marshal(value) // the value was decoded from JSON
			text = string(data)
		}
		out[i] = text
	}
	return out
}

func count(value any) int {
	if n, ok := value.(int64); ok {
		return int(n)
	}
	return -1
}

// duplicates returns errors for duplicate items of lists that are sets or maps.
func duplicates(s *spec.Schema, value any, at *field.Path) (errs field.ErrorList) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range sortedKeys(value) {
			if known := property(s, name); known != nil {
				errs = append(errs, duplicates(known, value[name], at.Child(name))...)
			}
		}
	case []any:
		errs = append(errs, duplicateItems(s, value, at)...)
		of := items(s)
		if of == nil {
			return errs
		}
		for i, item := range value {
			errs = append(errs, duplicates(of, item, at.Index(i))...)
		}
	}
	return errs
}

func duplicateItems(s *spec.Schema, list []any, at *field.Path) (errs field.ErrorList) {
	listType, _ := s.Extensions["x-kubernetes-list-type"].(string)
	if listType != "set" && listType != "map" {
		return nil
	}
	seen := map[string]bool{}
	for i, item := range list {
		key := item
		if listType == "map" {
			key = keysOf(s, item)
		}
		text := fmt.Sprintf("%#v", key)
		if seen[text] {
			errs = append(errs, field.Duplicate(at.Index(i), key))
		}
		seen[text] = true
	}
	return errs
}

// keysOf returns the values of an item's list map keys.
func keysOf(s *spec.Schema, item any) map[string]any {
	object, _ := item.(map[string]any)
	names, _ := s.Extensions["x-kubernetes-list-map-keys"].([]any)
	keys := map[string]any{}
	for _, name := range names {
		if name, ok := name.(string); ok {
			if value, present := object[name]; present {
				keys[name] = value
			}
		}
	}
	return keys
}
