package builtin

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

const version = `{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}`

func TestValidateDefinition(t *testing.T) {
	define := func(name, group, scope, plural, versions string) string {
		return `{metadata: {name: ` + name + `}, spec: {group: ` + group + `, scope: ` + scope + `, names: {kind: Site, plural: ` + plural + `}, versions: [` + versions + `]}}`
	}
	tests := []struct {
		name, given string
		want        []string
	}{
		{"all is well", define("sites.example.com", "example.com", "Cluster", "sites", version), nil},
		{"another name", define("places.example.com", "example.com", "Cluster", "sites", version), []string{"FieldValueInvalid metadata.name"}},
		{"a group without a dot", define("sites.example", "example", "Cluster", "sites", version), []string{"FieldValueInvalid spec.group"}},
		{"no scope", define("sites.example.com", "example.com", "Global", "sites", version), []string{"FieldValueNotSupported spec.scope"}},
		{"a plural with capitals", define("Sites.example.com", "example.com", "Namespaced", "Sites", version), []string{"FieldValueInvalid spec.names.plural"}},
		{"two stored versions", define("sites.example.com", "example.com", "Cluster", "sites", version+`, {name: v2, storage: true, schema: {openAPIV3Schema: {type: object}}}`), []string{"FieldValueInvalid spec.versions"}},
		{"a version's name", define("sites.example.com", "example.com", "Cluster", "sites", `{name: V1, storage: true, schema: {openAPIV3Schema: {type: object}}}`), []string{"FieldValueInvalid spec.versions[0].name"}},
		{"no schema", define("sites.example.com", "example.com", "Cluster", "sites", `{name: v1, storage: true}`), []string{"FieldValueRequired spec.versions[0].schema.openAPIV3Schema"}},
		{"a schema of something else", define("sites.example.com", "example.com", "Cluster", "sites", `{name: v1, storage: true, schema: {openAPIV3Schema: {type: string}}}`), []string{"FieldValueInvalid spec.validation.openAPIV3Schema.type"}},
		{"a field without a type", define("sites.example.com", "example.com", "Cluster", "sites", `{name: v1, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {}}}}}`), []string{"FieldValueRequired spec.validation.openAPIV3Schema.properties[spec].type"}},
		{"versions with schemas of their own", define("sites.example.com", "example.com", "Cluster", "sites", version+`, {name: v2, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: array}}}}}`), []string{"FieldValueRequired spec.versions[1].schema.openAPIV3Schema.properties[spec].items"}},
		{"a group of the community", define("sites.fleet.k8s.io", "fleet.k8s.io", "Cluster", "sites", version), []string{"FieldValueRequired metadata.annotations[api-approved.kubernetes.io]"}},
		{"not even a definition", `spec: {versions: 1}`, []string{"FieldValueInvalid spec"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, where(validateDefinition(object(t, tt.given))))
		})
	}
}

func TestDefinitionStatus(t *testing.T) {
	d, err := kinds.ReadDefinition(object(t, `{metadata: {name: sites.example.com}, spec: {names: {kind: Site, plural: sites, shortNames: [st], categories: [all]},
		versions: [{name: v1}, {name: v2, storage: true}]}}`).Object)
	require.NoError(t, err)
	status := DefinitionStatus(d, nil, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	assert.Equal(t, object(t, `
acceptedNames: {plural: sites, singular: site, kind: Site, listKind: SiteList, shortNames: [st], categories: [all]}
storedVersions: [v2]
conditions:
- {type: NamesAccepted, status: "True", reason: NoConflicts, message: no conflicts found, lastTransitionTime: "2026-01-02T03:04:05Z"}
- {type: Established, status: "True", reason: InitialNamesAccepted, message: the initial names have been accepted, lastTransitionTime: "2026-01-02T03:04:05Z"}
`).Object, status)

	later := DefinitionStatus(d, status["conditions"].([]any), time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC))
	assert.Equal(t, status, later, "conditions keep their time")
}
