package jsonpath_test

import (
	"log"
	"os"

	"github.com/typewright/typewright/runtime/jsonpath"
)

func ExampleJSONPath() {
	pods := map[string]any{"items": []any{
		map[string]any{"metadata": map[string]any{"name": "web"}, "status": map[string]any{"phase": "Running"}},
		map[string]any{"metadata": map[string]any{"name": "job"}, "status": map[string]any{"phase": "Pending"}},
	}}
	running := jsonpath.New("running")
	if err := running.Parse(`{range .items[?(@.status.phase=="Running")]}{.metadata.name}{"\n"}{end}`); err != nil {
		log.Fatal(err) // says where in the template
	}
	if err := running.Execute(os.Stdout, pods); err != nil {
		log.Fatal(err)
	}
	// Output: web
}
