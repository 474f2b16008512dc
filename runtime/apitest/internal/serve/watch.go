package serve

import (
	"context"
	"errors"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/apitest/internal/encode"
	"github.com/typewright/typewright/runtime/internal/storage"
)

// stream writes the events of a watch to a client.
type stream struct {
	r        *request
	events   *encode.Events
	matches  storage.Matcher[*encode.Object]
	bookmark bool
	// buffer holds the frames that are not sent yet.
	buffer []byte
	// single is true if each event is sent by itself, so that an injected fault can affect each.
	single bool
	// sent is when something was sent last.
	sent time.Time
}

// watch streams events until the client disconnects, its timeout ends or the server closes.
func (r *request) watch(opts metav1.ListOptions, encoder encode.Encoder) error {
	frames, err := encoder.Events()
	if err != nil {
		return err
	}
	matches, _, err := r.matcher(opts)
	if err != nil {
		return err
	}
	version, err := parseVersion(opts.ResourceVersion)
	if err != nil {
		return err
	}
	ctx := r.http.Context()
	if opts.TimeoutSeconds != nil && *opts.TimeoutSeconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(*opts.TimeoutSeconds)*time.Second)
		defer cancel()
	}
	s := &stream{r: r, events: frames, matches: matches, bookmark: opts.AllowWatchBookmarks}
	_, s.single = r.w.(interface{ Unwrap() http.ResponseWriter })
	r.w.Header().Set("Content-Type", s.events.MediaType())
	r.w.Header().Set("Cache-Control", "no-cache, private")
	events, err := s.begin(opts, version)
	if apierrors.IsTimeout(err) {
		return err
	}
	if err != nil {
		r.w.WriteHeader(http.StatusOK)
		s.fail(err)
		return nil // the client has read the error in the stream
	}
	s.follow(ctx, events)
	return nil
}

// begin opens the watch. If the client asks for it, begin sends the existing objects first.
func (s *stream) begin(opts metav1.ListOptions, version uint64) (*storage.Watch[*encode.Object], error) {
	api, resource := s.r.api, s.r.groupResource()
	streamed := opts.SendInitialEvents != nil && *opts.SendInitialEvents
	if streamed || version > 0 {
		if _, err := api.reached(opts.ResourceVersion); err != nil {
			return nil, err
		}
	}
	if !streamed && version > 0 {
		events, err := api.storage.Watch(resource, version)
		if err == nil {
			s.r.w.WriteHeader(http.StatusOK)
			err = s.flush()
		}
		return events, err
	}
	initial, events := api.storage.ListAndWatch(resource, s.r.namespace)
	s.r.w.WriteHeader(http.StatusOK)
	if opts.SendInitialEvents == nil || streamed {
		for o := range initial.Objects {
			if s.matches(o) && s.send(watch.Added, o) != nil {
				break
			}
		}
	}
	if streamed && s.bookmark {
		_ = s.sendBookmark(initial.Version, map[string]any{metav1.InitialEventsAnnotationKey: "true"})
	}
	return events, s.flush()
}

// fail tells the client in the stream why there is no watch.
func (s *stream) fail(err error) {
	if _, tooOld := errors.AsType[*storage.TooOldError](err); tooOld {
		err = apierrors.NewResourceExpired(err.Error())
	}
	s.buffer, _ = s.events.AppendError(s.buffer, err) // a Status has a form in all media types
	_ = s.flush()
}

// follow sends events as they happen, and bookmarks when there is no event for a while.
func (s *stream) follow(ctx context.Context, events *storage.Watch[*encode.Object]) {
	for {
		s.collect(ctx)
		wait, cancel := context.WithTimeout(ctx, s.r.api.opts.Bookmarks)
		batch, err := events.Next(wait)
		cancel()
		switch {
		case err == nil:
			if s.sendBatch(batch) != nil {
				return
			}
		case ctx.Err() != nil:
			if s.bookmark && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				_ = s.sendBookmark(events.Version(), nil)
				_ = s.flush()
			}
			return
		case s.bookmark:
			if s.sendBookmark(events.Version(), nil) != nil {
				return
			}
		}
		if s.flush() != nil {
			return
		}
	}
}

// collectFor is how long a busy watch collects events before it sends again. It saves system calls if many clients watch a busy resource.
// An event after a pause is sent at once.
const collectFor = 2 * time.Millisecond

// collect waits for more events if the last ones were sent less than collectFor ago.
func (s *stream) collect(ctx context.Context) {
	rest := collectFor - time.Since(s.sent)
	if rest <= 0 || s.single {
		return
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// sendBatch sends the events of a batch as the client's selectors show them.
func (s *stream) sendBatch(batch []storage.Event[*encode.Object]) error {
	for _, event := range batch {
		seen, ok := event.Seen(s.matches, lastState)
		if !ok {
			continue
		}
		if err := s.send(seen.Type, seen.Object); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) send(kind watch.EventType, o *encode.Object) (err error) {
	if s.buffer, err = s.events.Append(s.buffer, kind, o); err != nil {
		return err
	}
	return s.writeIfFull()
}

func (s *stream) sendBookmark(version uint64, annotations map[string]any) (err error) {
	if s.buffer, err = s.events.AppendBookmark(s.buffer, version, annotations); err != nil {
		return err
	}
	return s.writeIfFull()
}

// writeAt is how many bytes are buffered before they are written though more events are ready.
const writeAt = 64 << 10

// writeIfFull writes the buffer if it holds enough, or if events go one by one.
func (s *stream) writeIfFull() error {
	if len(s.buffer) < writeAt && !s.single {
		return nil
	}
	return s.write()
}

// write writes the buffer.
func (s *stream) write() error {
	if len(s.buffer) == 0 {
		return nil
	}
	s.sent = time.Now()
	_, err := s.r.w.Write(s.buffer)
	s.buffer = s.buffer[:0]
	return err
}

// flush writes the buffer and flushes it to the client.
func (s *stream) flush() error {
	if err := s.write(); err != nil {
		return err
	}
	if err := http.NewResponseController(s.r.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
