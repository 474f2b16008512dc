package record

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// NewSink returns a sink that writes to the API server of a configuration. It is for programs that have no other use for a client of
// core/v1; with one, EventSinkImpl of the generated clients is the same.
func NewSink(config *rest.Config) (EventSink, error) {
	client, err := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme).RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("event sink: %w", err)
	}
	return restSink{client}, nil
}

type restSink struct{ client rest.Interface }

func (s restSink) Create(event *corev1.Event) (*corev1.Event, error) {
	return send(s.client.Post(), event, event)
}

func (s restSink) Update(event *corev1.Event) (*corev1.Event, error) {
	return send(s.client.Put().Name(event.Name), event, event)
}

func (s restSink) Patch(event *corev1.Event, patch []byte) (*corev1.Event, error) {
	return send(s.client.Patch(types.StrategicMergePatchType).Name(event.Name), event, patch)
}

func send(request *rest.Request, event *corev1.Event, body any) (*corev1.Event, error) {
	result := &corev1.Event{}
	return result, request.Namespace(event.Namespace).Resource("events").Body(body).Do(context.Background()).Into(result)
}
