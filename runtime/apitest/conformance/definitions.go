package conformance

import (
	"embed"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Group is the API group of the custom resources that the cases use.
const Group = "conformance.typewright.dev"

//go:embed definitions/*.yaml
var definitionFiles embed.FS

// Definitions returns the CustomResourceDefinitions that a server is to serve before [Run].
func Definitions() ([]*unstructured.Unstructured, error) {
	entries, err := definitionFiles.ReadDir("definitions")
	if err != nil {
		return nil, err
	}
	var all []*unstructured.Unstructured
	for _, entry := range entries {
		data, err := definitionFiles.ReadFile("definitions/" + entry.Name())
		if err != nil {
			return nil, err
		}
		u := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(data, &u.Object); err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		all = append(all, u)
	}
	return all, nil
}
