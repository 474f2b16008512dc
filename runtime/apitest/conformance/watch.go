package conformance

import (
	"context"
	"io"

	utiljson "k8s.io/apimachinery/pkg/util/json"
)

// watch is an open watch, whose frames are read as they come.
type watch struct {
	events chan event
	show   view
	stop   func()
}

type event struct {
	Type   string         `json:"type"`
	Object map[string]any `json:"object"`
}

func startWatch(body io.ReadCloser, cancel context.CancelFunc, show view) *watch {
	w := &watch{events: make(chan event, 1000), show: show}
	ended := make(chan struct{})
	w.stop = func() {
		cancel()
		_ = body.Close()
		for range w.events {
			continue // let the reader end
		}
		<-ended
	}
	go func() {
		defer close(ended)
		defer close(w.events)
		frames := newFrames(body)
		for {
			data, err := frames.next()
			if err != nil {
				return
			}
			var e event
			if err := utiljson.Unmarshal(data, &e); err != nil {
				e = event{Type: "BROKEN " + err.Error()}
			}
			w.events <- e
		}
	}()
	return w
}
