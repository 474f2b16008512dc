package jsonpath

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

const (
	// maxValues bounds the work of one execution: templates with several descents can ask for more than any machine can do.
	maxValues = 1 << 26
	// maxDepth bounds how deep values lie in each other, so that those that hold themselves are an error.
	maxDepth = 10_000
)

// walk follows steps from values to values.
type walk struct {
	parser       *Parser
	allowMissing bool
	left         int // how many more values may be visited
}

func (w *walk) fail(node Node, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	place, known := w.parser.places[node]
	if !known { // someone else made the node
		place = len(w.parser.text)
	}
	return &Error{Template: w.parser.text, Offset: place, Message: message}
}

// step goes from some values to those that a node leads to.
func (w *walk) step(values []reflect.Value, node Node) ([]reflect.Value, error) {
	if w.left -= 1 + len(values); w.left < 0 {
		return nil, w.fail(node, "the template visits more than %d values", maxValues)
	}
	switch node := node.(type) {
	case *ListNode:
		return w.list(values, node)
	case *TextNode:
		return []reflect.Value{reflect.ValueOf(node.Text)}, nil
	case *FieldNode:
		return w.field(values, node)
	case *ArrayNode:
		return w.items(values, node)
	case *FilterNode:
		return w.filter(values, node)
	case *IntNode:
		return slices.Repeat([]reflect.Value{reflect.ValueOf(node.Value)}, len(values)), nil
	case *FloatNode:
		return slices.Repeat([]reflect.Value{reflect.ValueOf(node.Value)}, len(values)), nil
	case *BoolNode:
		return slices.Repeat([]reflect.Value{reflect.ValueOf(node.Value)}, len(values)), nil
	case *WildcardNode:
		return w.wildcard(values, node)
	case *RecursiveNode:
		return w.recursive(values, node)
	case *UnionNode:
		return w.union(values, node)
	case *IdentifierNode:
		return w.identifier(values, node)
	}
	return nil, fmt.Errorf("unexpected Node %v", node)
}

func (w *walk) list(values []reflect.Value, list *ListNode) (_ []reflect.Value, err error) {
	for _, node := range list.Nodes {
		if values, err = w.step(values, node); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// identifier lets the words through that open and close parts of a template, which are dealt with one level above.
func (w *walk) identifier(values []reflect.Value, node *IdentifierNode) ([]reflect.Value, error) {
	switch node.Name {
	case "range":
		return values, nil
	case "end":
		return nil, nil
	}
	return nil, w.fail(node, "unrecognized identifier %v", node.Name)
}

func (w *walk) union(values []reflect.Value, node *UnionNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, list := range node.Nodes {
		some, err := w.step(values, list)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

// field goes to the fields of structs and to the entries of maps that have a name. Values without it lead nowhere; it is an
// error if none leads anywhere.
func (w *walk) field(values []reflect.Value, node *FieldNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, value := range values {
		value = indirect(value)
		var inner reflect.Value
		switch value.Kind() {
		case reflect.Struct:
			inner = structField(value, node.Value)
		case reflect.Map:
			name, key := reflect.ValueOf(node.Value), value.Type().Key()
			if !name.CanConvert(key) {
				return nil, w.fail(node, "%s is not convertible to %s", node.Value, key)
			}
			inner = value.MapIndex(name.Convert(key))
		}
		if inner.IsValid() {
			found = append(found, inner)
		}
	}
	if len(found) == 0 && len(values) > 0 && !w.allowMissing {
		return nil, w.fail(node, "%s is not found", node.Value)
	}
	return found, nil
}

// items goes to items of lists.
func (w *walk) items(values []reflect.Value, node *ArrayNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, value := range values {
		value = indirect(value)
		if isNil(value) {
			continue
		}
		if !isList(value) {
			return nil, w.fail(node, "%v is not array or slice", value.Type())
		}
		start, end, step, err := w.bounds(node, value.Len())
		if err != nil {
			return nil, err
		}
		for i := start; i < end; i += min(step, end-i) {
			found = append(found, value.Index(i))
		}
	}
	w.left -= len(found)
	return found, nil
}

// bounds says which items of a list of a length a node means. Places below zero count from the end.
func (w *walk) bounds(node *ArrayNode, length int) (start, end, step int, err error) {
	step = 1
	if node.Params[0].Known {
		start = node.Params[0].Value
	}
	if start < 0 {
		start += length
	}
	end = length
	if last := node.Params[1]; last.Known {
		end = last.Value
		if end < 0 || end == 0 && last.Derived { // [-1] ends at the end
			end += length
		}
	}
	if start == end {
		return 0, 0, 1, nil
	}
	switch {
	case start < 0, start >= length:
		return 0, 0, 0, w.fail(node, "array index out of bounds: index %d, length %d", start, length)
	case end < 0, end > length:
		return 0, 0, 0, w.fail(node, "array index out of bounds: index %d, length %d", end-1, length)
	case start > end:
		return 0, 0, 0, w.fail(node, "starting index %d is greater than ending index %d", start, end)
	}
	if node.Params[2].Known {
		if step = node.Params[2].Value; step <= 0 {
			return 0, 0, 0, w.fail(node, "step must be > 0")
		}
	}
	return start, end, step, nil
}

func (w *walk) wildcard(values []reflect.Value, node *WildcardNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, value := range values {
		found = append(found, children(indirect(value))...)
	}
	if w.left -= len(found); w.left < 0 {
		return nil, w.fail(node, "the template visits more than %d values", maxValues)
	}
	return found, nil
}

// recursive goes to the values that hold others, and to those of the values in them that do, at any depth.
func (w *walk) recursive(values []reflect.Value, node *RecursiveNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, value := range values {
		var err error
		if found, err = w.descend(found, value, node, 0); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w *walk) descend(found []reflect.Value, value reflect.Value, node Node, depth int) ([]reflect.Value, error) {
	value = indirect(value)
	inner := children(value)
	if len(inner) == 0 {
		return found, nil
	}
	if depth > maxDepth {
		return nil, w.fail(node, "a value lies deeper than %d levels, or holds itself", maxDepth)
	}
	if w.left -= 1 + len(inner); w.left < 0 {
		return nil, w.fail(node, "the template visits more than %d values", maxValues)
	}
	found = append(found, value)
	if value.Kind() == reflect.String {
		return found, nil
	}
	for _, each := range inner {
		var err error
		if found, err = w.descend(found, each, node, depth+1); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// filter goes to the items of lists for which a comparison holds.
func (w *walk) filter(values []reflect.Value, node *FilterNode) ([]reflect.Value, error) {
	var found []reflect.Value
	for _, value := range values {
		value = indirect(value)
		if !isList(value) {
			return nil, w.fail(node, "%v is not array or slice and cannot be filtered", value)
		}
		for i := range value.Len() {
			holds, err := w.holds(value.Index(i), node)
			if err != nil {
				return nil, err
			}
			if holds {
				found = append(found, value.Index(i))
			}
		}
	}
	return found, nil
}

// holds tells whether a comparison holds for an item. It does not if a side of it finds nothing.
func (w *walk) holds(item reflect.Value, node *FilterNode) (bool, error) {
	left, err := w.list([]reflect.Value{item}, node.Left)
	switch {
	case node.Operator == "exists":
		return err == nil && len(left) > 0, nil
	case err != nil || len(left) == 0:
		return false, err
	case len(left) > 1:
		return false, w.fail(node, "can only compare one element at a time")
	}
	right, err := w.list([]reflect.Value{item}, node.Right)
	switch {
	case err != nil || len(right) == 0:
		return false, err
	case len(right) > 1:
		return false, w.fail(node, "can only compare one element at a time")
	}
	holds, err := compare(left[0], right[0], node.Operator)
	if err != nil {
		return false, w.fail(node, "%v", err)
	}
	return holds, nil
}

// children are the values that a value holds: those of a map in the order of their keys.
func children(value reflect.Value) []reflect.Value {
	var inner []reflect.Value
	switch value.Kind() {
	case reflect.Struct:
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				inner = append(inner, value.Field(i))
			}
		}
	case reflect.Map:
		keys := value.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, key := range keys {
			inner = append(inner, value.MapIndex(key))
		}
	case reflect.Array, reflect.Slice, reflect.String:
		for i := range value.Len() {
			inner = append(inner, value.Index(i))
		}
	}
	return inner
}
