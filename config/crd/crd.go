// Package crd holds the CustomResourceDefinitions of the sample APIs, which clientgen emits beside this file.
package crd

import (
	"embed"
	"fmt"
	"io/fs"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var files embed.FS

// Definitions returns the definitions, in the order of their files' names.
func Definitions() ([]*unstructured.Unstructured, error) {
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		definition := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(text, &definition.Object); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, definition)
	}
	return all, nil
}
