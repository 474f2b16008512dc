package templates

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/typewright/typewright/gen/model"
)

// A text that goes through text() is one literal with that value, whatever it holds.
func TestSecurityTextIsOneLiteral(t *testing.T) {
	for _, s := range []string{
		"", "plain", "json:\"a\"", "two\nlines", "a`b", "`", "\x00", "\r\n", "\u2028", "\ufeff", "\xff", "\\`\"", "a\n`//go:generate id\n`",
		"json:\"a\"\n//go:generate id\n", "//go:generate id",
	} {
		expr, err := parser.ParseExpr(text(s).(interface{ GoString() string }).GoString())
		require.NoError(t, err, "%q", s)
		literal, ok := expr.(*ast.BasicLit)
		require.True(t, ok, "%q", s)
		value, err := strconv.Unquote(literal.Value)
		require.NoError(t, err, "%q", s)
		assert.Equal(t, s, value)
		for line := range strings.Lines(literal.Value) {
			assert.False(t, strings.HasPrefix(line, "//"), "the go command reads the directive in %s", literal.Value)
		}
	}
}

// withText returns a model with the texts in the markers and the tag of a field.
func withText(value, key, tag string) *model.API {
	api := fleet()
	robot := api.Groups[0].Versions[0].Kinds[0].Decl
	str := &model.Type{Kind: model.Basic, Name: "string"}
	robot.Type.Fields = append(robot.Type.Fields,
		model.Field{
			Name: "Given", Type: str, Tag: `json:"given"`, JSON: model.JSONTag{Name: "given"},
			Markers: model.Markers{{Name: "default", Value: value, HasValue: true}},
		},
		model.Field{
			Name: "Parts", Tag: `json:"parts"`, JSON: model.JSONTag{Name: "parts"},
			Type: &model.Type{Kind: model.Slice, Elem: &model.Type{Kind: model.Struct, Fields: []model.Field{{Name: "Name", Type: str, Tag: tag}}}},
			Markers: model.Markers{
				{Name: "listType", Value: "map", HasValue: true},
				{Name: "listMapKey", Value: key, HasValue: true},
				{Name: "k8s:listMapKey", Value: strconv.Quote(key), HasValue: true},
			},
		},
		model.Field{Name: "Named", Type: str, Tag: "json:" + strconv.Quote(key), JSON: model.JSONTag{Name: key}},
	)
	return api
}

// outline lists the declarations, imports and directives of all files.
func outline(t *testing.T, files []File) []string {
	t.Helper()
	var parts []string
	for _, f := range files {
		syntax, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Source, parser.ParseComments)
		require.NoError(t, err)
		for _, spec := range syntax.Imports {
			parts = append(parts, f.Path+" import "+spec.Path.Value)
		}
		for _, group := range syntax.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:") || strings.HasPrefix(c.Text, "//line") || strings.HasPrefix(c.Text, "/*") {
					parts = append(parts, f.Path+" directive "+c.Text)
				}
			}
		}
		for _, d := range syntax.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				parts = append(parts, f.Path+" func "+d.Name.Name)
			case *ast.GenDecl:
				parts = append(parts, f.Path+" "+d.Tok.String()+" "+strconv.Itoa(len(d.Specs)))
			}
		}
	}
	return parts
}

// constants returns the string constants of a file: its merge schemas.
func constants(t *testing.T, f File) []string {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Source, 0)
	require.NoError(t, err)
	var values []string
	ast.Inspect(syntax, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
				value, err := strconv.Unquote(literal.Value)
				require.NoError(t, err)
				values = append(values, value)
			}
		}
		return true
	})
	return values
}

// FuzzSecurityMarkers emits code from markers and tags with arbitrary text: declarations, imports and directives equal those
// emitted from a harmless text, and the merge schemas can be read.
func FuzzSecurityMarkers(f *testing.F) {
	f.Add(`"a`+"`"+`; func init() {}; const other = `+"`"+`"`, "a`; func init() {}; const b = `c", "json:\"name\"`\n//go:generate id\nvar x = `")
	f.Add(`"x\u0000\u2028"`, "a: b}", `json:"name"`)
	f.Add(`1e3`, "- name: x\n", "\x00")
	f.Add(`{}`, "true", "*/")
	only := []string{"applyconfiguration", "codec", "deepcopy"}
	plain := rendered(f, withText(`"x"`, "name", `json:"name"`), only...)
	if !strings.Contains(fmt.Sprintf("%s", plain), "default: \"x\"") {
		f.Fatal("the schemas have no default")
	}
	f.Fuzz(func(t *testing.T, value, key, tag string) {
		files := rendered(t, withText(value, key, tag), only...)
		require.Equal(t, outline(t, plain), outline(t, files))
		for _, f := range files {
			for _, schema := range constants(t, f) {
				var types []any
				require.NoError(t, yaml.Unmarshal([]byte(schema), &types), schema)
			}
		}
	})
}
