package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"k8s.io/apimachinery/pkg/watch"
)

// RewriteEvents puts other lines in the place of a watch's events: rewrite gets each, as one line of JSON, and the number
// of those before it, and returns the lines to send, which may be none and may be no JSON. When it returns more = false
// the stream ends in order after them. Answers that are no watch pass as they are.
func RewriteEvents(rewrite func(n int, event []byte) (lines [][]byte, more bool)) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		if verb, _ := describe(req); verb != "watch" {
			next(w, req)
			return
		}
		ctx, cancel := context.WithCancel(req.Context())
		defer cancel()
		s := &rewriter{w: w, rewrite: rewrite, end: cancel}
		next(&meddler{ResponseWriter: w, write: s.Write}, req.WithContext(ctx))
	}
}

// rewriter cuts an answer into lines again, which need not be written one by one.
type rewriter struct {
	w       http.ResponseWriter
	rewrite func(int, []byte) ([][]byte, bool)
	end     context.CancelFunc
	partial []byte
	n       int
	ended   bool
}

var errStreamOver = errors.New("the stream is over")

func (s *rewriter) Write(p []byte) (int, error) {
	s.partial = append(s.partial, p...)
	for !s.ended {
		line, rest, whole := bytes.Cut(s.partial, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		lines, more := s.rewrite(s.n, bytes.Clone(line))
		s.partial, s.ended = rest, !more
		s.n++
		for _, line := range lines {
			if _, err := s.w.Write(append(line, '\n')); err != nil {
				return 0, err
			}
		}
	}
	flush(s.w)
	s.end()
	return 0, errStreamOver
}

// EndAfter ends a watch in order after n events; zero ends it at once, before any.
func EndAfter(n int) Effect {
	if n == 0 {
		return Answer(http.StatusOK, "application/json", "")
	}
	return RewriteEvents(func(i int, event []byte) ([][]byte, bool) { return [][]byte{event}, i+1 < n })
}

// ErrorAfter sends an ERROR event with the Status of err in place of the event after the first n, and ends the watch.
func ErrorAfter(n int, err error) Effect {
	return RewriteEvents(func(i int, event []byte) ([][]byte, bool) {
		if i < n {
			return [][]byte{event}, true
		}
		frame, _ := json.Marshal(map[string]any{"type": watch.Error, "object": statusOf(err)}) // a Status has a form in JSON
		return [][]byte{frame}, false
	})
}

// GarbageAfter puts a line of garbage before the event that follows the first n of a watch.
func GarbageAfter(n int, garbage string) Effect {
	return RewriteEvents(func(i int, event []byte) ([][]byte, bool) {
		if i == n {
			return [][]byte{[]byte(garbage), event}, true
		}
		return [][]byte{event}, true
	})
}

// HoldBookmarks keeps all bookmarks of a watch back, that one too which ends a streamed list (WatchList).
func HoldBookmarks() Effect {
	return RewriteEvents(func(_ int, event []byte) ([][]byte, bool) {
		var head struct{ Type watch.EventType }
		if json.Unmarshal(event, &head) == nil && head.Type == watch.Bookmark {
			return nil, true
		}
		return [][]byte{event}, true
	})
}
