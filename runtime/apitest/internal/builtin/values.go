package builtin

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// fieldObject returns the object in a field, nil if the field holds none.
func fieldObject(content map[string]any, name string) map[string]any {
	inner, _ := content[name].(map[string]any)
	return inner
}

// text returns the string in a field, empty if the field has none.
func text(content map[string]any, name string) string {
	value, _ := content[name].(string)
	return value
}

// each calls do for every object in the list of a field.
func each(content map[string]any, name string, do func(i int, item map[string]any)) {
	list, _ := content[name].([]any)
	for i, value := range list {
		if item, ok := value.(map[string]any); ok {
			do(i, item)
		}
	}
}

// immutable returns an error for a field that may not change and does.
func immutable(at *field.Path, was, is any) field.ErrorList {
	if equality.Semantic.DeepEqual(was, is) {
		return nil
	}
	return field.ErrorList{field.Invalid(at, is, "field is immutable")}
}

// nonNegative returns an error for each field that holds a negative number.
func nonNegative(content map[string]any, at *field.Path, names ...string) (errs field.ErrorList) {
	for _, name := range names {
		if value, ok := content[name].(int64); ok && value < 0 {
			errs = append(errs, field.Invalid(at.Child(name), value, "must be greater than or equal to 0"))
		}
	}
	return errs
}

// oneOf returns an error for a field whose value is not one of the supported strings.
func oneOf(content map[string]any, at *field.Path, name string, supported ...string) field.ErrorList {
	value := text(content, name)
	if value == "" {
		return field.ErrorList{field.Required(at.Child(name), "")}
	}
	if slices.Contains(supported, value) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at.Child(name), value, supported)}
}
