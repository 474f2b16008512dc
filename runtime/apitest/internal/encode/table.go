package encode

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/typewright/typewright/runtime/apitest/internal/builtin"
	"github.com/typewright/typewright/runtime/jsonpath"
)

// tableOptions are what a request asks of a table.
type tableOptions struct {
	include   metav1.IncludeObjectPolicy
	noHeaders bool
}

func tableOptionsOf(u *url.URL) tableOptions {
	query := u.Query()
	return tableOptions{metav1.IncludeObjectPolicy(query.Get("includeObject")), query.Get("noHeaders") == "true"}
}

// tableOf returns a table with a row for each object, as kubectl prints it.
func (e Encoder) tableOf(objects []*Object, meta ListMeta) (map[string]any, error) {
	if errs := validation.ValidateTableOptions(&metav1.TableOptions{IncludeObject: e.table.include}); len(errs) > 0 {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("Unable to convert to Table as requested: %v", errs[0].Error()))
	}
	columns := columnsOf(e.codec)
	cells, err := cellsOf(columns)
	if err != nil {
		return nil, err
	}
	rows := make([]any, len(objects))
	for i, o := range objects {
		row := map[string]any{"cells": cells(o)}
		switch e.table.include {
		case metav1.IncludeObject:
			row["object"] = o.In(e.codec.Resource).Object
		case metav1.IncludeNone:
			row["object"] = nil
		default:
			row["object"] = e.partial(o)
		}
		rows[i] = row
	}
	table := map[string]any{
		"kind": "Table", "apiVersion": e.apiVersion(), "metadata": meta.withoutShards().document(false), "columnDefinitions": nil, "rows": rows,
	}
	if !e.table.noHeaders {
		definitions := make([]any, len(columns))
		for i, c := range columns {
			definitions[i] = c.TableColumnDefinition
		}
		table["columnDefinitions"] = definitions
	}
	return table, nil
}

// columnsOf returns the columns of a codec's resource: those of its definition, or the built-in ones.
func columnsOf(c Codec) []builtin.Column {
	if c.Resource.GroupVersionKind == ScaleKind() {
		return builtin.ScaleColumns(c.OfCustom)
	}
	all := []builtin.Column{builtin.NameColumn()}
	if c.Resource.Columns == nil {
		return append(all, builtin.Columns(c.Resource)...)
	}
	for _, column := range c.Resource.Columns {
		all = append(all, builtin.Column{Column: column})
	}
	return all
}

// cellsOf returns the function that makes the cells of an object's row.
func cellsOf(columns []builtin.Column) (func(*Object) []any, error) {
	paths := make([]*jsonpath.JSONPath, len(columns))
	for i, c := range columns {
		if c.Cell != nil {
			continue
		}
		var err error
		if paths[i], err = parsePath(c.JSONPath); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return func(o *Object) []any {
		cells := make([]any, len(columns))
		for i, c := range columns {
			if c.Cell != nil {
				cells[i] = c.Cell(&o.Unstructured)
				continue
			}
			cells[i] = cell(c.Type, firstOf(paths[i], o.Object))
		}
		return cells
	}, nil
}

// parsePath reads the path of a column: a template of one action, whose braces may be left out.
func parsePath(text string) (*jsonpath.JSONPath, error) {
	text = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "{"), "}")
	if !strings.HasPrefix(text, ".") && !strings.HasPrefix(text, "[") {
		return nil, fmt.Errorf("path %q: it has to begin with . or [", text)
	}
	path := jsonpath.New("column").AllowMissingKeys(true)
	return path, path.Parse("{" + text + "}")
}

// firstOf returns the first value at a path, nil if there is none.
func firstOf(path *jsonpath.JSONPath, object map[string]any) any {
	found, err := path.FindResults(object)
	if err != nil || len(found) == 0 || len(found[0]) == 0 || !found[0][0].IsValid() {
		return nil
	}
	return found[0][0].Interface()
}

// cell returns a value in the format of a column's type.
func cell(columnType string, value any) any {
	if value == nil {
		return nil
	}
	switch columnType {
	case "date":
		at, err := time.Parse(time.RFC3339, fmt.Sprint(value))
		if err != nil {
			return "<invalid>"
		}
		return duration.HumanDuration(time.Since(at))
	case "integer", "number", "boolean":
		return value
	}
	return fmt.Sprint(value)
}
