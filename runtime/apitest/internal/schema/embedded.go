package schema

import (
	"encoding/json"
	"errors"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kube-openapi/pkg/validation/spec"
	kjson "sigs.k8s.io/json"
)

// An embedded resource (x-kubernetes-embedded-resource) is an object within an object. It has a kind, an apiVersion and metadata, for
// which the same rules hold everywhere.

// PruneEmbedded removes from the metadata of embedded resources the fields that metadata does not have, and returns their paths.
// It returns an error for a kind, version or metadata of another type.
func (s *Structural) PruneEmbedded(object map[string]any) ([]string, error) {
	var gone []string
	var bad *field.Error
	eachEmbedded(s.root, object, nil, func(at *field.Path, embedded map[string]any) {
		paths, err := pruneEmbedded(at, embedded)
		gone = append(gone, paths...)
		if bad == nil {
			bad = err
		}
	})
	if bad != nil {
		return nil, bad
	}
	return gone, nil
}

// eachEmbedded calls do for every embedded resource below a value.
func eachEmbedded(s *spec.Schema, value any, at *field.Path, do func(*field.Path, map[string]any)) {
	switch value := value.(type) {
	case map[string]any:
		if embedded(s) {
			do(at, value)
		}
		for _, name := range sortedKeys(value) {
			if _, named := s.Properties[name]; named {
				eachEmbedded(property(s, name), value[name], at.Child(name), do)
			} else if known := property(s, name); known != nil {
				eachEmbedded(known, value[name], at.Key(name), do)
			}
		}
	case []any:
		if of := items(s); of != nil {
			for i, item := range value {
				eachEmbedded(of, item, at.Index(i), do)
			}
		}
	}
}

func pruneEmbedded(at *field.Path, object map[string]any) (gone []string, bad *field.Error) {
	for _, name := range []string{"apiVersion", "kind"} {
		if value, present := object[name]; present {
			if _, ok := value.(string); !ok {
				return nil, field.Invalid(at.Child(name), value, "must be a string")
			}
		}
	}
	metadata, present := object["metadata"]
	if !present {
		return nil, nil
	}
	typed, unknown, err := readMetadata(metadata)
	if err != nil {
		return nil, field.Invalid(at.Child("metadata"), metadata, err.Error())
	}
	for _, each := range unknown {
		gone = append(gone, at.Child("metadata").String()+"."+each)
	}
	kept, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	if err != nil {
		return nil, field.Invalid(at.Child("metadata"), metadata, err.Error())
	}
	if typed.CreationTimestamp.IsZero() {
		delete(kept, "creationTimestamp")
	}
	object["metadata"] = kept
	return gone, nil
}

// readMetadata reads metadata into its Go type. It returns the paths of the fields that the type does not have.
func readMetadata(metadata any) (typed *metav1.ObjectMeta, unknown []string, err error) {
	data, err := json.Marshal(metadata)
	if err != nil {
		return nil, nil, err
	}
	typed = &metav1.ObjectMeta{}
	strict, err := kjson.UnmarshalStrict(data, typed)
	for _, each := range strict {
		if at, ok := errors.AsType[kjson.FieldError](each); ok {
			unknown = append(unknown, at.FieldPath())
		}
	}
	return typed, unknown, err
}

// embeddedErrors returns what is wrong with the embedded resources below a value.
func embeddedErrors(s *spec.Schema, value any, at *field.Path) (errs field.ErrorList) {
	eachEmbedded(s, value, at, func(at *field.Path, object map[string]any) {
		errs = append(errs, requiredText(at.Child("apiVersion"), object["apiVersion"], func(text string) string {
			if _, err := schema.ParseGroupVersion(text); err != nil {
				return err.Error()
			}
			return ""
		})...)
		errs = append(errs, requiredText(at.Child("kind"), object["kind"], func(text string) string {
			if msgs := validation.IsDNS1035Label(strings.ToLower(text)); len(msgs) > 0 {
				return "may have mixed case, but should otherwise match: " + strings.Join(msgs, ",")
			}
			return ""
		})...)
		if metadata, present := object["metadata"]; present {
			errs = append(errs, metadataErrors(at.Child("metadata"), metadata)...)
		}
	})
	return errs
}

// requiredText returns an error for a required string that is missing or empty.
func requiredText(at *field.Path, value any, problem func(string) string) field.ErrorList {
	text, ok := value.(string)
	switch {
	case value == nil:
		return field.ErrorList{field.Required(at, "")}
	case !ok:
		return field.ErrorList{field.Invalid(at, value, "must be a string")}
	case text == "":
		return field.ErrorList{field.Invalid(at, text, "must not be empty")}
	}
	if msg := problem(text); msg != "" {
		return field.ErrorList{field.Invalid(at, text, msg)}
	}
	return nil
}

func metadataErrors(at *field.Path, metadata any) field.ErrorList {
	typed, _, err := readMetadata(metadata)
	if err != nil {
		return field.ErrorList{field.Invalid(at, metadata, err.Error())}
	}
	if typed.Name == "" {
		typed.Name = "unnamed" // an embedded resource need not have a name
	}
	return apivalidation.ValidateObjectMeta(typed, typed.Namespace != "", func(name string, prefix bool) []string {
		if prefix {
			return content.IsPathSegmentPrefix(name)
		}
		return content.IsPathSegmentName(name)
	}, at)
}
