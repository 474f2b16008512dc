package serve

import (
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/typewright/typewright/runtime/apitest/internal/jsonpath"
	"github.com/typewright/typewright/runtime/apitest/internal/kinds"
)

// table is objects as kubectl prints them.
func (r *request) table(objects []*Object, meta listMeta, as form) (map[string]any, error) {
	include, err := r.tableInclude()
	if err != nil {
		return nil, err
	}
	columns := r.columns()
	cells, err := cellsOf(columns)
	if err != nil {
		return nil, err
	}
	rows := make([]any, len(objects))
	for i, o := range objects {
		row := map[string]any{"cells": cells(o)}
		switch include {
		case metav1.IncludeObject:
			row["object"] = o.as(r.resource).Object
		case metav1.IncludeNone:
			row["object"] = nil
		default:
			row["object"] = as.partial(o)
		}
		rows[i] = row
	}
	definitions := make([]any, len(columns))
	for i, c := range columns {
		definitions[i] = c.TableColumnDefinition
	}
	table := map[string]any{
		"kind": "Table", "apiVersion": as.apiVersion(), "metadata": meta.asMap(), "columnDefinitions": definitions, "rows": rows,
	}
	if r.http.URL.Query().Get("noHeaders") == "true" {
		table["columnDefinitions"] = nil
	}
	return table, nil
}

func (r *request) tableInclude() (metav1.IncludeObjectPolicy, error) {
	opts := &metav1.TableOptions{IncludeObject: metav1.IncludeObjectPolicy(r.http.URL.Query().Get("includeObject"))}
	if errs := validation.ValidateTableOptions(opts); len(errs) > 0 {
		return "", apierrors.NewBadRequest(fmt.Sprintf("Unable to convert to Table as requested: %v", errs[0].Error()))
	}
	return opts.IncludeObject, nil
}

var (
	nameColumn = kinds.Column{
		TableColumnDefinition: metav1.TableColumnDefinition{Name: "Name", Type: "string", Format: "name", Description: metav1.ObjectMeta{}.SwaggerDoc()["name"]},
		JSONPath:              ".metadata.name",
	}
	ageColumn = kinds.Column{
		TableColumnDefinition: metav1.TableColumnDefinition{Name: "Age", Type: "date", Description: metav1.ObjectMeta{}.SwaggerDoc()["creationTimestamp"]},
		JSONPath:              ".metadata.creationTimestamp",
	}
)

// columns are those of the resource.
func (r *request) columns() []kinds.Column {
	if r.resource.Columns == nil {
		return append([]kinds.Column{nameColumn}, builtinColumns(r.resource)...)
	}
	return append([]kinds.Column{nameColumn}, r.resource.Columns...)
}

// cellsOf returns what fills the columns.
func cellsOf(columns []kinds.Column) (func(*Object) []any, error) {
	paths := make([]jsonpath.Path, len(columns))
	for i, c := range columns {
		var err error
		if paths[i], err = jsonpath.Parse(c.JSONPath); err != nil {
			return nil, err
		}
	}
	return func(o *Object) []any {
		cells := make([]any, len(columns))
		for i, c := range columns {
			if computed := computedCells[c.JSONPath]; computed != nil {
				cells[i] = computed(o)
				continue
			}
			cells[i] = cell(c.Type, paths[i].Find(o.Object))
		}
		return cells
	}, nil
}

// cell is a value as a column of a type shows it.
func cell(columnType string, found []any) any {
	if len(found) == 0 || found[0] == nil {
		return nil
	}
	switch columnType {
	case "date":
		at, err := time.Parse(time.RFC3339, fmt.Sprint(found[0]))
		if err != nil {
			return "<invalid>"
		}
		return duration.HumanDuration(time.Since(at))
	case "integer", "number", "boolean":
		return found[0]
	}
	return fmt.Sprint(found[0])
}
