package apitest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// stream is a watch on its way to a client.
type stream struct {
	w        http.ResponseWriter
	target   target
	matches  storage.Matcher[*unstructured.Unstructured]
	version  uint64
	bookmark bool
}

// watch streams events until the client goes, its timeout ends or the server closes.
func (s *Server) watch(w http.ResponseWriter, req *http.Request, t target, opts metav1.ListOptions, matches storage.Matcher[*unstructured.Unstructured]) error {
	version, err := parseVersion(opts.ResourceVersion)
	if err != nil {
		return err
	}
	ctx := req.Context()
	if opts.TimeoutSeconds != nil && *opts.TimeoutSeconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(*opts.TimeoutSeconds)*time.Second)
		defer cancel()
	}
	if version > 0 {
		if err := s.checkVersion(opts.ResourceVersion); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/json")
	out := &stream{w: w, target: t, matches: matches, version: version, bookmark: opts.AllowWatchBookmarks}
	events, err := s.begin(out, opts)
	if _, tooOld := errors.AsType[*storage.TooOldError](err); tooOld {
		w.WriteHeader(http.StatusOK)
		return out.write(watch.Error, statusOf(apierrors.NewResourceExpired(err.Error())))
	}
	if err != nil {
		return err
	}
	s.follow(ctx, out, events)
	return nil
}

// begin opens the watch and sends what there is already, where that is asked for.
func (s *Server) begin(out *stream, opts metav1.ListOptions) (*storage.Watch[*unstructured.Unstructured], error) {
	resource := out.target.groupResource()
	streamed := opts.SendInitialEvents != nil && *opts.SendInitialEvents
	if !streamed && out.version > 0 {
		events, err := s.storage.Watch(resource, out.version)
		if err == nil {
			out.w.WriteHeader(http.StatusOK)
			out.flush()
		}
		return events, err
	}
	if streamed && opts.ResourceVersionMatch != metav1.ResourceVersionMatchNotOlderThan {
		return nil, apierrors.NewBadRequest("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
	}
	initial, events := s.storage.ListAndWatch(resource, out.target.namespace)
	out.version = initial.Version
	out.w.WriteHeader(http.StatusOK)
	if opts.SendInitialEvents == nil || streamed {
		for u := range initial.Objects {
			if out.matches(u) && out.write(watch.Added, show(out.target.resource, u)) != nil {
				break
			}
		}
	}
	if streamed && out.bookmark {
		out.sendBookmark(map[string]any{metav1.InitialEventsAnnotationKey: "true"})
	}
	out.flush()
	return events, nil
}

// follow sends events as they come, and bookmarks where nothing else comes.
func (s *Server) follow(ctx context.Context, out *stream, events *storage.Watch[*unstructured.Unstructured]) {
	for {
		wait, cancel := context.WithTimeout(ctx, s.bookmarks)
		batch, err := events.Next(wait)
		cancel()
		if err != nil {
			out.version = events.Version()
		}
		switch {
		case err == nil:
			if !out.events(batch) {
				return
			}
		case ctx.Err() != nil:
			if out.bookmark && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				out.sendBookmark(nil)
			}
			return
		case out.bookmark:
			out.sendBookmark(nil)
		}
		out.flush()
	}
}

// events sends what the client sees of a batch, and reports whether the client is still there.
func (o *stream) events(batch []storage.Event[*unstructured.Unstructured]) bool {
	for _, event := range batch {
		o.version = max(o.version, event.Version)
		seen, ok := event.Seen(o.matches, lastState)
		if !ok {
			continue
		}
		if o.write(seen.Type, show(o.target.resource, seen.Object)) != nil {
			return false
		}
	}
	return true
}

func (o *stream) sendBookmark(annotations map[string]any) {
	metadata := map[string]any{"resourceVersion": strconv.FormatUint(o.version, 10), "creationTimestamp": nil}
	if annotations != nil {
		metadata["annotations"] = annotations
	}
	_ = o.write(watch.Bookmark, map[string]any{
		"apiVersion": o.target.resource.groupVersion().String(), "kind": o.target.resource.Kind, "metadata": metadata,
	})
}

func (o *stream) write(kind watch.EventType, object any) error {
	frame, err := json.Marshal(map[string]any{"type": kind, "object": object})
	if err != nil {
		return err
	}
	_, err = o.w.Write(append(frame, '\n'))
	return err
}

func (o *stream) flush() { flush(o.w) }
