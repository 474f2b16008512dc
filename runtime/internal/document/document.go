// Package document converts Go values to untyped documents and back, as encoding/json and the clients' decoders do.
// apimachinery's converter, which has the same purpose, does not support text marshalers, arrays, options such as
// ",string" and keys that are not strings.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
)

// NumberError reports a whole number that an untyped document cannot hold. Its numbers are int64 and float64.
type NumberError struct{ Number string }

// Error names the number.
func (e *NumberError) Error() string {
	return fmt.Sprintf("the number %s has more digits than a document without types can hold: whole numbers reach up to %d", e.Number, int64(math.MaxInt64))
}

var errNoObject = errors.New("expected an object")

// Of returns the document that v encodes to. They share nothing. Whole numbers that fit are int64, all others float64;
// if a whole number would lose digits, the error is a *[NumberError].
func Of(v any) (map[string]any, error) {
	if untyped, ok := v.(runtime.Unstructured); ok {
		return runtime.DeepCopyJSON(untyped.UnstructuredContent()), nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var content map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &content); err != nil {
		return nil, err
	}
	if content == nil {
		return nil, errNoObject
	}
	return content, checkNumbers(data)
}

// Into replaces the value that v, a pointer, points to with the decoded document.
func Into(content map[string]any, v any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	reflect.ValueOf(v).Elem().SetZero()
	return kjson.UnmarshalCaseSensitivePreserveInts(data, v)
}

// checkNumbers returns an error if a whole number lost digits. It parses only documents with that many digits in a row,
// which are rare.
func checkNumbers(data []byte) error {
	if !manyDigits(data) {
		return nil
	}
	tokens := json.NewDecoder(bytes.NewReader(data))
	tokens.UseNumber()
	for {
		token, err := tokens.Token()
		if err != nil {
			return nil //nolint:nilerr // the end: json.Marshal made the text
		}
		if number, ok := token.(json.Number); ok && losesDigits(number) {
			return &NumberError{Number: string(number)}
		}
	}
}

func losesDigits(number json.Number) bool {
	if _, err := number.Int64(); err == nil {
		return false
	}
	float, err := number.Float64()
	if err != nil {
		return true
	}
	again, err := json.Marshal(float)
	return err != nil || string(again) != string(number)
}

// manyDigits reports whether data has as many digits in a row as a number beyond an int64 needs.
func manyDigits(data []byte) bool {
	row := 0
	for _, c := range data {
		if c < '0' || c > '9' {
			row = 0
			continue
		}
		if row++; row == 19 {
			return true
		}
	}
	return false
}
