package jsonpath

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"reflect"
	"strings"
)

// PrintResults writes values with spaces between them: maps, structs and lists as JSON, others as text. With
// [JSONPath.EnableJSONOutput] it writes one indented JSON list.
func (j *JSONPath) PrintResults(wr io.Writer, results []reflect.Value) error {
	var out bytes.Buffer
	if j.outputJSON {
		all := make([]any, 0, len(results))
		for _, value := range results {
			all = append(all, value.Interface())
		}
		data, err := json.MarshalIndent(all, "", "    ")
		if err != nil {
			return fmt.Errorf("%s: print results as JSON: %w", j.name, err)
		}
		results = nil
		out.Write(append(data, '\n'))
	}
	for i, value := range results {
		if i > 0 {
			out.WriteByte(' ')
		}
		if err := printValue(&out, value); err != nil {
			return fmt.Errorf("%s: print a result: %w", j.name, err)
		}
	}
	_, err := wr.Write(out.Bytes())
	return err
}

func printValue(out *bytes.Buffer, value reflect.Value) error {
	kind := value.Kind()
	if kind == reflect.Interface {
		kind = value.Elem().Kind()
	}
	switch kind {
	case reflect.Map, reflect.Array, reflect.Slice, reflect.Struct:
		data, err := json.Marshal(value.Interface())
		out.Write(data)
		return err
	case reflect.Chan, reflect.Func:
		if !isPrinter(value.Type()) {
			return fmt.Errorf("can't print type %s", value.Type())
		}
	case reflect.Pointer:
		if inner := indirect(value); !isNil(inner) && !isPrinter(value.Type()) {
			value = inner
		}
	case reflect.Invalid:
		if value.IsValid() { // an interface that holds nothing
			out.WriteString("null")
			return nil
		}
		out.WriteString("<no value>")
		return nil
	}
	_, _ = fmt.Fprint(out, value.Interface())
	return nil
}

// isPrinter tells whether values of a type know how they are printed.
func isPrinter(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[error]()) || t.Implements(reflect.TypeFor[fmt.Stringer]())
}

// indirect follows pointers and interfaces to a value that is not one of them, or to one of them that is nil.
func indirect(value reflect.Value) reflect.Value {
	for depth := 0; depth < maxDepth && (value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface); depth++ {
		if value.IsNil() {
			break
		}
		value = value.Elem()
	}
	return value
}

// isNil tells whether there is no value, or only a nil pointer or interface.
func isNil(value reflect.Value) bool {
	return !value.IsValid() || (value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface) && value.IsNil()
}

func isList(value reflect.Value) bool {
	return value.Kind() == reflect.Array || value.Kind() == reflect.Slice
}

// structField finds a field by the name in its JSON tag, else in what is embedded without a name, else by the name in Go. The
// result is invalid if there is none.
func structField(value reflect.Value, name string) reflect.Value {
	if found := taggedField(value, name); found.IsValid() {
		return found
	}
	if field, ok := value.Type().FieldByName(name); ok && field.IsExported() {
		if found, err := value.FieldByIndexErr(field.Index); err == nil {
			return found
		}
	}
	return reflect.Value{}
}

func taggedField(value reflect.Value, name string) reflect.Value {
	var embedded []reflect.Value
	for i := range value.NumField() {
		field := value.Type().Field(i)
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case tag == "" && field.Anonymous:
			if inner := indirect(value.Field(i)); inner.Kind() == reflect.Struct {
				embedded = append(embedded, inner)
			}
		case tag != "" && tag == name && field.IsExported():
			return value.Field(i)
		}
	}
	for _, inner := range embedded {
		if found := taggedField(inner, name); found.IsValid() {
			return found
		}
	}
	return reflect.Value{}
}

var (
	errBadComparisonType = errors.New("invalid type for comparison")
	errBadComparison     = errors.New("incompatible types for comparison")
)

// compare tells whether an operator holds between two values: numbers of any types, strings, or, for equality, booleans.
func compare(left, right reflect.Value, operator string) (bool, error) {
	switch operator {
	case "==", "!=", "<", ">", "<=", ">=":
	default:
		return false, fmt.Errorf("unrecognized filter operator %s", operator)
	}
	left, right = indirect(left), indirect(right)
	order, err := orderOf(left, right)
	switch {
	case err != nil:
		return false, err
	case operator == "==":
		return order == equal, nil
	case operator == "!=":
		return order != equal, nil
	case left.Kind() == reflect.Bool:
		return false, errBadComparisonType
	}
	return order == less && operator[0] == '<' || order == greater && operator[0] == '>' || order == equal && len(operator) == 2, nil
}

const (
	less      = -1
	equal     = 0
	greater   = 1
	unordered = 2 // unequal booleans, and what is not a number
)

func orderOf(left, right reflect.Value) (int, error) {
	leftNumber, leftIsNumber := number(left)
	rightNumber, rightIsNumber := number(right)
	switch {
	case !leftIsNumber && left.Kind() != reflect.String && left.Kind() != reflect.Bool,
		!rightIsNumber && right.Kind() != reflect.String && right.Kind() != reflect.Bool:
		return 0, errBadComparisonType
	case leftIsNumber && rightIsNumber:
		if leftNumber == nil || rightNumber == nil {
			return unordered, nil
		}
		return leftNumber.Cmp(rightNumber), nil
	case leftIsNumber || left.Kind() != right.Kind():
		return 0, errBadComparison
	case left.Kind() == reflect.String:
		return strings.Compare(left.String(), right.String()), nil
	case left.Bool() == right.Bool():
		return equal, nil
	}
	return unordered, nil
}

// number is the exact value of a number, nil if it is NaN.
func number(value reflect.Value) (*big.Float, bool) {
	switch {
	case value.CanInt():
		return new(big.Float).SetInt64(value.Int()), true
	case value.CanUint():
		return new(big.Float).SetUint64(value.Uint()), true
	case value.CanFloat():
		if math.IsNaN(value.Float()) {
			return nil, true
		}
		return big.NewFloat(value.Float()), true
	}
	return nil, false
}
