// Package apply makes requests of server-side apply from apply configurations. Generated clients use it; so may programs with a
// REST client of their own.
package apply

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/rest"
)

// NewRequest returns a request whose body is the configuration, without a resource, a name and options: add these. The body is
// JSON, which is also YAML: every server with server-side apply accepts that content type.
func NewRequest(client rest.Interface, applyConfiguration interface{}) (*rest.Request, error) {
	body, err := json.Marshal(applyConfiguration)
	if err != nil {
		return nil, fmt.Errorf("failed to marshal apply configuration: %w", err)
	}
	return client.Patch(types.ApplyYAMLPatchType).Body(body), nil
}
