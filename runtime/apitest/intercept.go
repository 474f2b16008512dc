package apitest

import (
	"net/http"

	"k8s.io/apimachinery/pkg/watch"
)

// frameWriter takes the frames of one watch: each is a whole line, of an event of the given type. An error of it ends the
// watch.
type frameWriter interface {
	WriteFrame(kind watch.EventType, frame []byte) error
	Flush()
}

// interceptor is where faults take hold. Both are called at each request, so they may change what they do at any time.
type interceptor struct {
	// request, if set, stands before everything that the server answers.
	request func(http.Handler) http.Handler
	// watch, if set, stands between a watch and its client.
	watch func(req *http.Request, next frameWriter) frameWriter
}

func (i interceptor) handler(next http.Handler) http.Handler {
	if i.request == nil {
		return next
	}
	return i.request(next)
}

func (i interceptor) frames(req *http.Request, next frameWriter) frameWriter {
	if i.watch == nil {
		return next
	}
	return i.watch(req, next)
}

// responseFrames writes frames to a client.
type responseFrames struct{ w http.ResponseWriter }

func (f responseFrames) WriteFrame(_ watch.EventType, frame []byte) error {
	_, err := f.w.Write(frame)
	return err
}

func (f responseFrames) Flush() {
	if flusher, ok := f.w.(http.Flusher); ok {
		flusher.Flush()
	}
}
