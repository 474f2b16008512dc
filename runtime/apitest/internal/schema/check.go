package schema

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

// Check returns the reasons for which a server refuses a definition with this schema: it is not structural, or its defaults violate it.
// The messages are the real server's, with paths that begin at the given one.
func (s *Structural) Check(at *field.Path) field.ErrorList {
	errs := checkStructure(s.root, at, "at the root")
	errs = append(errs, checkDefaults(s.rules, at)...)
	slices.SortStableFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Error(), b.Error()) })
	return errs
}

// checkStructure checks a schema and the schemas in it. where is the part of the definition that the schema describes.
func checkStructure(s *spec.Schema, at *field.Path, where string) (errs field.ErrorList) {
	errs = append(checkType(s, at, where), checkExtensions(s, at)...)
	if s.UniqueItems {
		errs = append(errs, field.Forbidden(at.Child("uniqueItems"), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"))
	}
	if of := items(s); of != nil {
		errs = append(errs, checkStructure(of, at.Child("items"), "for specified array items")...)
	} else if typeOf(s) == "array" {
		errs = append(errs, field.Required(at.Child("items"), "must be specified"))
	}
	for _, name := range sortedKeys(s.Properties) {
		property := s.Properties[name]
		errs = append(errs, checkStructure(&property, at.Child("properties").Key(name), "for specified object fields")...)
	}
	if more := s.AdditionalProperties; more != nil {
		if where == "at the root" {
			errs = append(errs, field.Forbidden(at.Child("additionalProperties"), "must not be used at the root"))
		}
		if more.Schema != nil {
			errs = append(errs, checkStructure(more.Schema, at.Child("additionalProperties"), "for specified object fields")...)
		}
	}
	return errs
}

func checkType(s *spec.Schema, at *field.Path, where string) (errs field.ErrorList) {
	const embeds = "must be object if x-kubernetes-embedded-resource is true"
	kind, at := typeOf(s), at.Child("type")
	switch {
	case embedded(s) && kind == "":
		return field.ErrorList{field.Required(at, embeds)}
	case embedded(s) && kind != "object":
		return field.ErrorList{field.Invalid(at, kind, embeds)}
	case kind == "" && !says(s, "x-kubernetes-int-or-string") && !preserves(s):
		return field.ErrorList{field.Required(at, "must not be empty "+where)}
	case kind != "" && kind != "object" && where == "at the root":
		return field.ErrorList{field.Invalid(at, kind, "must be object at the root")}
	}
	return nil
}

func checkExtensions(s *spec.Schema, at *field.Path) (errs field.ErrorList) {
	const mixed = "must be false if x-kubernetes-int-or-string is true"
	number := says(s, "x-kubernetes-int-or-string")
	if number && preserves(s) {
		errs = append(errs, field.Invalid(at.Child("x-kubernetes-preserve-unknown-fields"), true, mixed))
	}
	if number && embedded(s) {
		errs = append(errs, field.Invalid(at.Child("x-kubernetes-embedded-resource"), true, mixed))
	}
	if embedded(s) && !preserves(s) && len(s.Properties) == 0 {
		errs = append(errs, field.Required(at.Child("properties"),
			"must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"))
	}
	return errs
}

func typeOf(s *spec.Schema) string {
	if len(s.Type) == 0 {
		return ""
	}
	return s.Type[0]
}

// checkDefaults validates the defaults in a schema by the schema.
func checkDefaults(s *spec.Schema, at *field.Path) (errs field.ErrorList) {
	if s.Default != nil {
		errs = checkDefault(s, at.Child("default"))
	}
	if of := items(s); of != nil {
		errs = append(errs, checkDefaults(of, at.Child("items"))...)
	}
	for _, name := range sortedKeys(s.Properties) {
		property := s.Properties[name]
		errs = append(errs, checkDefaults(&property, at.Child("properties").Key(name))...)
	}
	return errs
}

func checkDefault(s *spec.Schema, at *field.Path) (errs field.ErrorList) {
	value, gone := deepCopyJSON(s.Default), []string(nil)
	if prune(s, deepCopyJSON(value), "", &gone); len(gone) > 0 {
		errs = append(errs, field.Invalid(at, value, "must not have unknown fields"))
	}
	for _, err := range validate.NewSchemaValidator(s, nil, "", strfmt.Default).Validate(value).Errors {
		errs = append(errs, fieldError(err, at))
	}
	return errs
}
