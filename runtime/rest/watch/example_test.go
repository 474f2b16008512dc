package watch_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/typewright/typewright/runtime/rest/watch"
)

func ExampleNewJSONDecoder() {
	stream := io.NopCloser(strings.NewReader(`{"type":"ADDED","object":{"kind":"Ship","apiVersion":"fleet/v1","metadata":{"name":"argo"}}}` + "\n<html>"))
	decoder := watch.NewJSONDecoder(stream, unstructured.UnstructuredJSONScheme)
	defer decoder.Close()
	for {
		kind, obj, err := decoder.Decode()
		if err != nil {
			fmt.Println(err, errors.Is(err, io.EOF))
			return
		}
		fmt.Println(kind, obj.(metav1.Object).GetName())
	}
	// Output:
	// ADDED argo
	// invalid character '<' at the beginning of an event, at byte 93 of the watch stream false
}
