package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/typewright/typewright/runtime/internal/storage"
)

// stream is a watch on its way to a client.
type stream struct {
	r        *request
	form     form
	matches  storage.Matcher[*Object]
	bookmark bool
	buffer   []byte
	// apart writes events one by one: somebody stands between the server and the client who may look at each.
	apart bool
	// sent is when something was sent last.
	sent time.Time
	// rows counts table rows: only the first carries the columns.
	rows int
}

// watch streams events until the client goes, its timeout ends or the server closes.
func (r *request) watch(opts metav1.ListOptions) error {
	as, err := r.negotiate()
	if err != nil {
		return err
	}
	matches, err := r.matcher(opts)
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
	mediaType := as.media
	if mediaType != mediaJSON {
		mediaType += ";stream=watch"
	}
	r.w.Header().Set("Content-Type", mediaType)
	r.w.Header().Set("Cache-Control", "no-cache, private")
	out := &stream{r: r, form: as, matches: matches, bookmark: opts.AllowWatchBookmarks}
	_, out.apart = r.w.(interface{ Unwrap() http.ResponseWriter })
	events, err := out.begin(opts, version)
	if apierrors.IsTimeout(err) {
		return err
	}
	if err != nil {
		r.w.WriteHeader(http.StatusOK)
		out.failed(err)
		return nil // the client has been told
	}
	out.follow(ctx, events)
	return nil
}

// begin opens the watch and sends what there is already, where that is asked for.
func (s *stream) begin(opts metav1.ListOptions, version uint64) (*storage.Watch[*Object], error) {
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
			if s.matches(o) && s.event(watch.Added, o) != nil {
				break
			}
		}
	}
	if streamed && s.bookmark {
		_ = s.sendBookmark(initial.Version, map[string]any{metav1.InitialEventsAnnotationKey: "true"})
	}
	return events, s.flush()
}

// failed tells the client in the stream why there is no watch.
func (s *stream) failed(err error) {
	if _, tooOld := errors.AsType[*storage.TooOldError](err); tooOld {
		err = apierrors.NewResourceExpired(err.Error())
	}
	data, err := json.Marshal(statusOf(err))
	if err == nil {
		_ = s.frame(watch.Error, data)
	}
	_ = s.flush()
}

// follow sends events as they come, and bookmarks where nothing else comes.
func (s *stream) follow(ctx context.Context, events *storage.Watch[*Object]) {
	for {
		s.gather(ctx)
		wait, cancel := context.WithTimeout(ctx, s.r.api.opts.Bookmarks)
		batch, err := events.Next(wait)
		cancel()
		switch {
		case err == nil:
			if s.events(batch) != nil {
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

// gatherFor is how long a busy watch waits for more events before it sends again: a hundred watches of a busy resource spend
// their time in system calls otherwise. An event that follows after a pause is sent at once.
const gatherFor = 2 * time.Millisecond

// gather waits where the last events have been sent only just now.
func (s *stream) gather(ctx context.Context) {
	rest := gatherFor - time.Since(s.sent)
	if rest <= 0 || s.apart {
		return
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// events sends what the client sees of a batch.
func (s *stream) events(batch []storage.Event[*Object]) error {
	for _, event := range batch {
		seen, ok := event.Seen(s.matches, lastState)
		if !ok {
			continue
		}
		if err := s.event(seen.Type, seen.Object); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) event(kind watch.EventType, o *Object) error {
	data, err := s.encode(o)
	if err != nil {
		return err
	}
	return s.frame(kind, data)
}

func (s *stream) encode(o *Object) ([]byte, error) {
	if s.form.as != "Table" {
		return s.form.encode(o)
	}
	table, err := s.r.table([]*Object{o}, listMeta{version: o.GetResourceVersion()}, s.form)
	if err != nil {
		return nil, err
	}
	if s.rows++; s.rows > 1 {
		delete(table, "columnDefinitions")
		table["columnDefinitions"] = nil
	}
	return json.Marshal(table)
}

func (s *stream) sendBookmark(version uint64, annotations map[string]any) error {
	metadata := map[string]any{"resourceVersion": strconv.FormatUint(version, 10), "creationTimestamp": nil}
	if annotations != nil {
		metadata["annotations"] = annotations
	}
	o := &Object{}
	o.Object = map[string]any{"metadata": metadata}
	s.r.completeBookmark(o)
	data, err := s.encode(o)
	if err != nil {
		return err
	}
	return s.frame(watch.Bookmark, data)
}

// completeBookmark lets a bookmark be of the resource's kind, with what objects of it always have.
func (r *request) completeBookmark(o *Object) {
	o.Object["apiVersion"], o.Object["kind"] = r.resource.GroupVersion().String(), r.resource.Kind
}

// flushAt is how much is gathered before it is sent though more is ready.
const flushAt = 64 << 10

// frame adds an event to what is to be sent.
func (s *stream) frame(kind watch.EventType, object []byte) error {
	if s.form.media == mediaProtobuf {
		return s.protobufFrame(kind, object)
	}
	s.buffer = append(s.buffer, `{"type":"`...)
	s.buffer = append(s.buffer, kind...)
	s.buffer = append(s.buffer, `","object":`...)
	s.buffer = append(s.buffer, object...)
	s.buffer = append(s.buffer, '}', '\n')
	if len(s.buffer) < flushAt && !s.apart {
		return nil
	}
	return s.send()
}

// send passes on what has been gathered.
func (s *stream) send() error {
	if len(s.buffer) == 0 {
		return nil
	}
	s.sent = time.Now()
	_, err := s.r.w.Write(s.buffer)
	s.buffer = s.buffer[:0]
	return err
}

// flush has the client get what there is.
func (s *stream) flush() error {
	if err := s.send(); err != nil {
		return err
	}
	if err := http.NewResponseController(s.r.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
