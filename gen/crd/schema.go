package crd

import (
	"go/token"

	"github.com/typewright/typewright/gen/model"
)

// Schema is an OpenAPI v3 schema of the kind that CustomResourceDefinitions have. Zero fields are absent.
type Schema struct {
	Title, Description, Type, Format, Pattern string
	// Default and Example are JSON values; nil means none.
	Default, Example any
	Enum             []any

	Maximum, Minimum, MultipleOf       *float64
	MaxLength, MinLength               *int64
	MaxItems, MinItems                 *int64
	MaxProperties, MinProperties       *int64
	ExclusiveMaximum, ExclusiveMinimum bool
	UniqueItems, Nullable, IntOrString bool
	EmbeddedResource, PreserveUnknown  bool
	ListType, MapType                  string
	ListMapKeys, Required              []string
	Validations                        []Rule
	DocsURL, DocsDescription           string
	Properties                         map[string]*Schema
	Items, AdditionalProperties        *Schema
	AllOf, AnyOf                       []*Schema

	// The fields below serve the making of a schema and are empty in a finished one.

	// ref is the type whose schema is to be merged with this one.
	ref *model.Type
	// inline are the fields that a struct embeds: their properties become its own.
	inline []*Schema
	// textual means that the value may be a string although Type does not say so.
	textual bool
	// pos is where the type is named, for problems.
	pos token.Position
	// writable means that the user can change the source at pos.
	writable bool
}

// Rule is a validation rule in CEL.
type Rule struct {
	Rule, Message, MessageExpression, Reason, FieldPath string
	// OptionalOldSelf is nil unless it was set.
	OptionalOldSelf *bool
}

// walk calls f with s and all schemas in it.
func (s *Schema) walk(f func(*Schema)) {
	if s == nil {
		return
	}
	f(s)
	s.Items.walk(f)
	s.AdditionalProperties.walk(f)
	for _, property := range s.Properties {
		property.walk(f)
	}
	for _, list := range [][]*Schema{s.AllOf, s.AnyOf} {
		for _, inner := range list {
			inner.walk(f)
		}
	}
}
