package encode

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

const site = `{apiVersion: example.com/v1, kind: Site, metadata: {name: a}, spec: {region: west}, ports: 8}`

// table returns the table of one site.
func table(t *testing.T, query string) map[string]any {
	t.Helper()
	table, err := encoder(t, customCodec(t), asTable, query).tableOf([]*Object{object(t, site)}, ListMeta{Version: "9"})
	require.NoError(t, err)
	return table
}

func TestTable(t *testing.T) {
	_, body := answer(t, func(w http.ResponseWriter) error {
		return encoder(t, customCodec(t), asTable, "").WriteList(w, []*Object{object(t, site)}, ListMeta{Version: "9"})
	})
	assert.JSONEq(t, `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"9"},
		"columnDefinitions":[
			{"name":"Name","type":"string","format":"name","priority":0,"description":"`+kindsNameDoc+`"},
			{"name":"Region","type":"string","format":"","description":"Custom resource definition column (in JSONPath format): .spec.region","priority":0},
			{"name":"Ports","type":"integer","format":"","description":"Custom resource definition column (in JSONPath format): .ports","priority":0}],
		"rows":[{"cells":["a","west",8],"object":{"apiVersion":"meta.k8s.io/v1","kind":"PartialObjectMetadata","metadata":{"name":"a"}}}]}`, body)
}

const kindsNameDoc = "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"

func TestTableOptions(t *testing.T) {
	row := func(query string) any { return table(t, query)["rows"].([]any)[0].(map[string]any)["object"] }
	assert.Nil(t, row("includeObject=None"))
	assert.Equal(t, content(t, site), row("includeObject=Object"))
	assert.Equal(t, "PartialObjectMetadata", row("includeObject=Metadata").(map[string]any)["kind"])
	assert.Nil(t, table(t, "noHeaders=true")["columnDefinitions"])
	assert.Len(t, table(t, "noHeaders=false")["columnDefinitions"], 3)

	_, err := encoder(t, customCodec(t), asTable, "includeObject=All").tableOf(nil, ListMeta{})
	requireStatus(t, err, http.StatusBadRequest, "Unable to convert to Table as requested")
}

func TestTableOfBuiltinKind(t *testing.T) {
	table, err := encoder(t, builtinCodec(t, "Pod"), asTable, "").tableOf([]*Object{object(t, `{metadata: {name: a}, status: {phase: Running}}`)}, ListMeta{})
	require.NoError(t, err)
	assert.Equal(t, []any{"a", "0/0", "Running", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>"}, table["rows"].([]any)[0].(map[string]any)["cells"])
}

func TestTableOfScales(t *testing.T) {
	names := func(codec Codec) (all []string) {
		for _, c := range columnsOf(codec) {
			all = append(all, c.Name+" "+c.Type+" "+c.Format)
		}
		return all
	}
	codec := Codec{Resource: &kinds.Resource{GroupVersionKind: ScaleKind(), Name: "scales"}}
	assert.Equal(t, []string{"Name string ", "Desired integer ", "Available integer ", "Age string "}, names(codec))
	codec.OfCustom = true
	assert.Equal(t, []string{"Name string name", "Desired integer ", "Available integer ", "Age date "}, names(codec))
}

func TestTableWithABadPath(t *testing.T) {
	codec := customCodec(t)
	codec.Resource.Columns = []kinds.Column{{JSONPath: ".spec["}}
	_, err := encoder(t, codec, asTable, "").tableOf(nil, ListMeta{})
	assert.Error(t, err)
}

func TestCell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ago := func(d time.Duration) string { return time.Now().Add(-d).Format(time.RFC3339) }
		tests := []struct {
			columnType string
			value      any
			want       any
		}{
			{"string", nil, nil},
			{"string", "a", "a"},
			{"string", int64(3), "3"},
			{"string", true, "true"},
			{"integer", int64(3), int64(3)},
			{"boolean", false, false},
			{"date", ago(5 * time.Minute), "5m"},
			{"date", ago(72 * time.Hour), "3d"},
			{"date", "yesterday", "<invalid>"},
		}
		for _, tt := range tests {
			assert.Equal(t, tt.want, cell(tt.columnType, tt.value), "%s %v", tt.columnType, tt.value)
		}
	})
}

func TestPathsOfColumns(t *testing.T) {
	object := map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{"example.com/x": "dotted"}},
		"spec":     map[string]any{"replicas": int64(3), "a.b": "quoted", "names": []any{"x", "y", "z"}, "none": nil},
		"status": map[string]any{"conditions": []any{
			map[string]any{"type": "Ready", "status": "True"}, map[string]any{"type": "Stale", "status": "False"},
		}},
	}
	for path, want := range map[string]any{
		".spec.replicas":                       int64(3),
		"{.spec.replicas}":                     int64(3),
		`.spec['a\.b']`:                        "quoted",
		".spec['a.b']":                         nil, // a dot separates fields here, too, as for a real server
		`.metadata.annotations.example\.com/x`: "dotted",
		".spec.names[0]":                       "x",
		".spec.names[-1]":                      "z",
		".spec.names[*]":                       "x",
		".spec.names[9]":                       nil,
		".spec.nothing.there":                  nil,
		".spec.none":                           nil,
		`.status.conditions[?(@.type=="Ready")].status`:   "True",
		`.status.conditions[?(@.type == 'Stale')].status`: "False",
		`.status.conditions[?(@.type!="Ready")].type`:     "Stale",
		`.status.conditions[?(@.type=="Absent")].type`:    nil,
	} {
		p, err := parsePath(path)
		require.NoError(t, err, path)
		assert.Equal(t, want, firstOf(p, object), path)
	}
	for _, path := range []string{"spec", ".spec[x]", ".spec[0", ".a[?(@.x"} {
		broken := builtin.Column{Column: kinds.Column{JSONPath: path}}
		broken.Name = "Broken"
		_, err := cellsOf([]builtin.Column{broken})
		require.ErrorContains(t, err, "column Broken: ", path)
	}
}
