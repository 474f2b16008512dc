package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"

	"github.com/typewright/typewright/config/crd"
	"github.com/typewright/typewright/runtime/rest"
)

const crdPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

// InstallCRDs installs the custom resources of apis/, and returns when they are served.
func (c *Cluster) InstallCRDs(ctx context.Context) error {
	crds, err := crd.Definitions()
	if err != nil {
		return err
	}
	return c.Install(ctx, crds...)
}

// Install creates CustomResourceDefinitions that do not exist yet, and returns when all are served.
func (c *Cluster) Install(ctx context.Context, crds ...*unstructured.Unstructured) error {
	client, err := rest.UnversionedRESTClientFor(c.rawConfig())
	if err != nil {
		return err
	}
	for _, definition := range crds {
		body, err := definition.MarshalJSON()
		if err != nil {
			return err
		}
		err = client.Post().AbsPath(crdPath).SetHeader("Content-Type", runtime.ContentTypeJSON).Body(body).Do(ctx).Error()
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("create %s: %w", definition.GetName(), err)
		}
	}
	for _, definition := range crds {
		if err := waitUntilServed(ctx, client, definition); err != nil {
			return fmt.Errorf("await %s: %w", definition.GetName(), err)
		}
	}
	return nil
}

// waitUntilServed waits until each version can be listed, which is a little later than the definition's condition says.
func waitUntilServed(ctx context.Context, client rest.Interface, definition *unstructured.Unstructured) error {
	group, _, _ := unstructured.NestedString(definition.Object, "spec", "group")
	plural, _, _ := unstructured.NestedString(definition.Object, "spec", "names", "plural")
	versions, _, _ := unstructured.NestedSlice(definition.Object, "spec", "versions")
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for _, v := range versions {
		version, _ := v.(map[string]any)
		if served, _ := version["served"].(bool); !served {
			continue
		}
		for {
			var code int
			err := client.Get().AbsPath("/apis", group, fmt.Sprint(version["name"]), plural).Do(ctx).StatusCode(&code).Error()
			if err == nil {
				break
			}
			if code != http.StatusNotFound && code != http.StatusServiceUnavailable {
				return err
			}
			select {
			case <-ctx.Done():
				return errors.Join(err, ctx.Err())
			case <-time.After(20 * time.Millisecond):
			}
		}
	}
	return nil
}

// rawConfig returns a configuration for requests whose bodies the caller encodes.
func (c *Cluster) rawConfig() *rest.Config {
	config := c.Config()
	config.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	return config
}
