package latest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	v1 "github.com/typewright/typewright/runtime/clientcmd/api/v1"
)

// locate finds the first value of a document that does not fit v1.Config. Decoders name the type of such a value, or
// nothing at all (invalid base64); people need the key, with the name of the entry.
func locate(document []byte) error {
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return &DecodeError{Problem: "the content is not valid"}
	}
	return fit("", value, reflect.TypeFor[v1.Config]())
}

// fit compares one value, at key, with the type that it is decoded into.
func fit(key string, value any, t reflect.Type) error {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if value == nil || t == reflect.TypeFor[json.RawMessage]() {
		return nil
	}
	switch t.Kind() {
	case reflect.Struct:
		return fitStruct(key, value, t)
	case reflect.Map:
		return fitMap(key, value, t)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return fitBase64(key, value)
		}
		return fitList(key, value, t)
	case reflect.String:
		return fitScalar[string](key, value, "a string: quote it")
	case reflect.Bool:
		return fitScalar[bool](key, value, "true or false")
	default:
		return nil
	}
}

func fitStruct(key string, value any, t reflect.Type) error {
	if t.NumField() > 0 && t.Field(0).Tag.Get("json") == "-" { // an extension: anything goes
		return nil
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return wrongType(key, value, "a mapping")
	}
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if err := fit(join(key, name), fields[name], field.Type); err != nil {
			return err
		}
	}
	return nil
}

func fitMap(key string, value any, t reflect.Type) error {
	entries, ok := value.(map[string]any)
	if !ok {
		return wrongType(key, value, "a mapping")
	}
	for name, entry := range entries {
		if err := fit(join(key, name), entry, t.Elem()); err != nil {
			return err
		}
	}
	return nil
}

func fitList(key string, value any, t reflect.Type) error {
	items, ok := value.([]any)
	if !ok {
		return wrongType(key, value, "a list")
	}
	for i, item := range items {
		if err := fit(fmt.Sprintf("%s[%d]", key, i), item, t.Elem()); err != nil {
			return named(err, item)
		}
	}
	return nil
}

// named adds the name of the list's entry in which the error is.
func named(err error, item any) error {
	located, ok := err.(*DecodeError) //nolint:errorlint // made here, never wrapped
	entry, isMapping := item.(map[string]any)
	if name, hasName := entry["name"].(string); ok && isMapping && hasName {
		return &DecodeError{Key: located.Key, Problem: fmt.Sprintf("%s (in the entry named %q)", located.Problem, name)}
	}
	return err
}

func fitBase64(key string, value any) error {
	text, ok := value.(string)
	if !ok {
		return wrongType(key, value, "a string of base64")
	}
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return &DecodeError{Key: key, Problem: "invalid base64: " + err.Error()}
	}
	return nil
}

func fitScalar[T any](key string, value any, want string) error {
	if _, ok := value.(T); !ok {
		return wrongType(key, value, want)
	}
	return nil
}

func wrongType(key string, value any, want string) error {
	got := "a mapping"
	switch value.(type) {
	case string:
		got = "a string"
	case float64:
		got = "a number"
	case bool:
		got = "a boolean"
	case []any:
		got = "a list"
	}
	return &DecodeError{Key: key, Problem: fmt.Sprintf("found %s, want %s", got, want)}
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
