package record

import (
	"math/rand/v2"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/internal/eventing"
)

// sinkWriter writes events to a sink. One goroutine uses it.
type sinkWriter struct {
	broadcaster *broadcaster
	sink        EventSink
	correlator  *EventCorrelator
	ended       bool // the sink failed after the shutdown
}

// write writes an event until that succeeds or is hopeless.
func (w *sinkWriter) write(event *corev1.Event) {
	if w.ended {
		w.drop(ShutDown, event, nil)
		return
	}
	mine := *event // the event itself belongs to all watchers
	result, err := w.correlator.EventCorrelate(&mine)
	if err != nil {
		w.drop(Rejected, event, err)
		return
	}
	if result.Skip {
		w.drop(Spam, event, nil)
		return
	}
	for tries := 1; ; tries++ {
		written, err := w.try(result, tries > 1)
		if err == nil {
			w.broadcaster.events.Record(1)
			if written != nil {
				w.correlator.logger.update(result.key, written)
			}
			return
		}
		if reason := w.afterFailure(err, tries); reason != "" {
			w.drop(reason, event, err)
			return
		}
	}
}

// try writes an event once: as a patch if it was written before, or else, and if the server does not know it any more, as a new
// one. An earlier try may have created the event though its answer got lost.
func (w *sinkWriter) try(result *EventCorrelateResult, again bool) (written *corev1.Event, err error) {
	if result.Event.Count > 1 {
		written, err = w.sink.Patch(result.Event, result.Patch)
		if !eventing.IsNotFound(err) {
			return written, err
		}
	}
	result.Event.ResourceVersion = "" // of an event that is no more
	written, err = w.sink.Create(result.Event)
	if again && apierrors.IsAlreadyExists(err) {
		return nil, nil
	}
	return written, err
}

// afterFailure returns the reason to give up, or waits until it is time to write again.
func (w *sinkWriter) afterFailure(err error, tries int) DropReason {
	pause := w.broadcaster.pause
	if tries == 1 { // so that clients do not come back together when a server starts again
		pause = time.Duration(float64(pause) * rand.Float64()) //nolint:gosec // no secret
	}
	reason := eventing.AfterFailure(w.broadcaster.ctx, err, tries, pause)
	w.ended = w.ended || reason == ShutDown
	return reason
}

func (w *sinkWriter) drop(reason DropReason, event *corev1.Event, err error) {
	w.broadcaster.events.Drop(klog.FromContext(w.broadcaster.ctx), reason, 1, event, err)
}
