package builtin

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxData is how many bytes a config map or secret may hold.
const maxData = 1 << 20

// validateConfigMap returns the rules that a config map breaks: names of keys, keys that both parts have, and its size.
func validateConfigMap(u *unstructured.Unstructured) (errs field.ErrorList) {
	data, binary := fieldObject(u.Object, "data"), fieldObject(u.Object, "binaryData")
	size := 0
	for _, key := range slices.Sorted(maps.Keys(data)) {
		at := field.NewPath("data").Key(key)
		errs = append(errs, invalidKey(at, key)...)
		if _, twice := binary[key]; twice {
			errs = append(errs, field.Invalid(at, key, "duplicate of key present in binaryData"))
		}
		text, _ := data[key].(string)
		size += len(text)
	}
	for _, key := range slices.Sorted(maps.Keys(binary)) {
		errs = append(errs, invalidKey(field.NewPath("binaryData").Key(key), key)...)
		size += len(decoded(binary[key]))
	}
	if size > maxData {
		errs = append(errs, field.TooLong(field.NewPath(""), "", maxData))
	}
	return errs
}

func invalidKey(at *field.Path, key string) (errs field.ErrorList) {
	for _, msg := range validation.IsConfigMapKey(key) {
		errs = append(errs, field.Invalid(at, key, msg))
	}
	return errs
}

// decoded returns the bytes of a base64 value.
func decoded(value any) []byte {
	text, _ := value.(string)
	data, _ := base64.StdEncoding.DecodeString(text) // decoding the object has refused invalid values
	return data
}

// validateSecret returns the rules that a secret breaks: names of keys, its size, and the keys that its type asks for.
func validateSecret(u *unstructured.Unstructured) (errs field.ErrorList) {
	data, at := fieldObject(u.Object, "data"), field.NewPath("data")
	size := 0
	for _, key := range slices.Sorted(maps.Keys(data)) {
		errs = append(errs, invalidKey(at.Key(key), key)...)
		size += len(decoded(data[key]))
	}
	if size > maxData {
		errs = append(errs, field.TooLong(at, "", maxData))
	}
	return append(errs, missingKeys(u, data, at)...)
}

// missingKeys returns an error for each key that the type of a secret asks for and that is not there, or cannot be read.
func missingKeys(u *unstructured.Unstructured, data map[string]any, at *field.Path) (errs field.ErrorList) {
	require := func(keys ...string) {
		for _, key := range keys {
			if _, present := data[key]; !present {
				errs = append(errs, field.Required(at.Key(key), ""))
			}
		}
	}
	document := func(key string) {
		require(key)
		if value, present := data[key]; present {
			if err := json.Unmarshal(decoded(value), &map[string]any{}); err != nil {
				errs = append(errs, field.Invalid(at.Key(key), "<secret contents redacted>", err.Error()))
			}
		}
	}
	switch u.Object["type"] {
	case "kubernetes.io/service-account-token":
		const account = "kubernetes.io/service-account.name"
		if u.GetAnnotations()[account] == "" {
			errs = append(errs, field.Required(field.NewPath("metadata", "annotations").Key(account), ""))
		}
	case "kubernetes.io/dockercfg":
		document(".dockercfg")
	case "kubernetes.io/dockerconfigjson":
		document(".dockerconfigjson")
	case "kubernetes.io/basic-auth":
		if data["username"] == nil && data["password"] == nil {
			require("username", "password")
		}
	case "kubernetes.io/ssh-auth":
		if len(decoded(data["ssh-privatekey"])) == 0 {
			errs = append(errs, field.Required(at.Key("ssh-privatekey"), ""))
		}
	case "kubernetes.io/tls":
		require("tls.crt", "tls.key")
	}
	return errs
}

// changedData returns errors for a changed type of a secret, and for changed data of an immutable config map or secret.
func changedData(current, next *unstructured.Unstructured) (errs field.ErrorList) {
	if current.GetKind() == "Secret" {
		errs = immutable(field.NewPath("type"), current.Object["type"], next.Object["type"])
	}
	if current.Object["immutable"] != true {
		return errs
	}
	if next.Object["immutable"] != true {
		errs = append(errs, field.Forbidden(field.NewPath("immutable"), "field is immutable when `immutable` is set"))
	}
	for _, part := range []string{"data", "binaryData"} {
		if !equality.Semantic.DeepEqual(current.Object[part], next.Object[part]) {
			errs = append(errs, field.Forbidden(field.NewPath(part), "field is immutable when `immutable` is set"))
		}
	}
	return errs
}
