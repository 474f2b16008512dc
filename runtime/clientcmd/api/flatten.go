package api

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/typewright/typewright/runtime/internal/credfile"
	"github.com/typewright/typewright/runtime/internal/redact"
)

// FlattenConfig replaces the paths of certificates, keys and CAs in config by the contents of the files, so that the config can
// be used on another machine. Relative paths are relative to the folder of LocationOfOrigin. Token files, which change, and
// commands stay. After an error part of config may be changed.
func FlattenConfig(config *Config) error {
	for name, user := range config.AuthInfos {
		base, err := MakeAbs(filepath.Dir(user.LocationOfOrigin), "")
		if err != nil {
			return err
		}
		if err := FlattenContent(&user.ClientCertificate, &user.ClientCertificateData, base); err != nil {
			return fmt.Errorf("client-certificate of user %q: %w", name, err)
		}
		if err := FlattenContent(&user.ClientKey, &user.ClientKeyData, base); err != nil {
			return fmt.Errorf("client-key of user %q: %w", name, err)
		}
	}
	for name, cluster := range config.Clusters {
		base, err := MakeAbs(filepath.Dir(cluster.LocationOfOrigin), "")
		if err != nil {
			return err
		}
		if err := FlattenContent(&cluster.CertificateAuthority, &cluster.CertificateAuthorityData, base); err != nil {
			return fmt.Errorf("certificate-authority of cluster %q: %w", name, err)
		}
	}
	return nil
}

// FlattenContent reads the file *path, relative to baseDir, into *contents and sets *path to "". If *path is empty, it changes
// nothing. It fails if both are set or the file cannot be read.
func FlattenContent(path *string, contents *[]byte, baseDir string) error {
	if *path == "" {
		return nil
	}
	if len(*contents) > 0 {
		return errors.New("a path and its data are both set: remove one of them")
	}
	data, err := credfile.Read(ResolvePath(*path, baseDir))
	if err != nil {
		return err
	}
	*path, *contents = "", data
	return nil
}

// ResolvePath joins base and a relative path. It returns an empty or absolute path unchanged.
func ResolvePath(path, base string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// MakeAbs joins base, or the working folder if base is empty, and a relative path. It returns an absolute path unchanged. The
// result is relative if base is.
func MakeAbs(path, base string) (string, error) {
	if filepath.IsAbs(path) {
		return path, nil
	}
	if base != "" {
		return filepath.Join(base, path), nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.Join(wd, path), nil
}

// IsConfigEmpty reports whether nothing is set in a config except Kind and APIVersion.
func IsConfigEmpty(config *Config) bool {
	return len(config.AuthInfos) == 0 && len(config.Clusters) == 0 && len(config.Contexts) == 0 &&
		config.CurrentContext == "" &&
		!config.Preferences.Colors && len(config.Preferences.Extensions) == 0 &&
		len(config.Extensions) == 0
}

// MinifyConfig drops the stanzas that the current context does not use. A config without a current context, or whose
// context, cluster or user is missing, is an error and stays as it was.
func MinifyConfig(config *Config) error {
	if config.CurrentContext == "" {
		return errors.New("current-context must exist in order to minify")
	}
	current, exists := config.Contexts[config.CurrentContext]
	if !exists {
		return fmt.Errorf("cannot locate context %v", config.CurrentContext)
	}
	clusters, err := only(config.Clusters, current.Cluster, "cluster")
	if err != nil {
		return err
	}
	users, err := only(config.AuthInfos, current.AuthInfo, "user")
	if err != nil {
		return err
	}
	config.Contexts = map[string]*Context{config.CurrentContext: current}
	config.Clusters, config.AuthInfos = clusters, users
	return nil
}

// only returns a map with just the named entry, an empty one for no name. It fails if the entry does not exist.
func only[T any](entries map[string]*T, name, kind string) (map[string]*T, error) {
	if name == "" {
		return map[string]*T{}, nil
	}
	entry, exists := entries[name]
	if !exists {
		return nil, fmt.Errorf("cannot locate %s %v", kind, name)
	}
	return map[string]*T{name: entry}, nil
}

const redactedText = "REDACTED"

// dataOmitted returns the bytes whose base64 form is DATA+OMITTED, because an encoded config contains data as base64.
func dataOmitted() []byte {
	data, _ := base64.StdEncoding.DecodeString("DATA+OMITTED") // valid base64
	return data
}

// ShortenConfig hides data in a config that is to be printed, in place: certificates, keys and CAs become DATA+OMITTED when the
// config is encoded, and tokens become REDACTED. It does not hide other secrets; see [RedactSecrets].
func ShortenConfig(config *Config) {
	for _, user := range config.AuthInfos {
		shorten(&user.ClientKeyData)
		shorten(&user.ClientCertificateData)
		if user.Token != "" {
			user.Token = redactedText
		}
	}
	for _, cluster := range config.Clusters {
		shorten(&cluster.CertificateAuthorityData)
	}
}

func shorten(data *[]byte) {
	if len(*data) > 0 {
		*data = dataOmitted()
	}
}

// RedactSecrets hides, in place, the fields with a datapolicy tag: tokens, passwords, client keys, the arguments and
// environment of programs and the values of auth providers become REDACTED; URLs lose passwords and parameters. Extensions
// stay, because their types are unknown. The error is always nil.
func RedactSecrets(config *Config) error {
	redactFields(reflect.ValueOf(config))
	return nil
}

// redactFields redacts the tagged fields of structs, also behind pointers and in slices and maps.
func redactFields(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		redactFields(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			redactFields(v.Index(i))
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			redactFields(entries.Value())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if policy := v.Type().Field(i).Tag.Get("datapolicy"); policy == "" {
				redactFields(v.Field(i))
			} else {
				redactField(v.Field(i), policy)
			}
		}
	default:
	}
}

// redactField redacts a field with the policy in its tag. It copies slices and maps, which other configs may share.
func redactField(field reflect.Value, policy string) {
	switch value := field.Addr().Interface().(type) {
	case *string:
		switch {
		case policy == "url":
			*value = redact.Address(*value)
		case *value != "":
			*value = redactedText
		}
	case *[]byte:
		if len(*value) > 0 {
			*value = []byte(redactedText)
		}
	case *[]string:
		*value = slices.Clone(*value) // a copy of the config may share them
		for i := range *value {
			(*value)[i] = redactedText
		}
	case *map[string]string:
		*value = maps.Clone(*value)
		for key := range *value {
			(*value)[key] = redactedText
		}
	}
}
