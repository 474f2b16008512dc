package apitest

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// CutBody sends the first n bytes of an answer's body and then cuts the connection: the client gets an unexpected end.
func CutBody(n int) Effect {
	return limitBody(n, func(http.ResponseWriter) { panic(http.ErrAbortHandler) })
}

// ResetBody is CutBody with a reset of the connection, as far as there is one: see [Reset].
func ResetBody(n int) Effect { return limitBody(n, reset) }

func limitBody(n int, end func(http.ResponseWriter)) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		left := n
		next(&meddler{ResponseWriter: w, write: func(p []byte) (int, error) {
			if len(p) < left {
				left -= len(p)
				return w.Write(p)
			}
			_, _ = w.Write(p[:left])
			flush(w)
			end(w)
			return left, errCut
		}}, req)
	}
}

// Slow waits before each piece of an answer: once for a document, before each event of a watch.
func Slow(d time.Duration) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		next(&meddler{ResponseWriter: w, write: func(p []byte) (int, error) {
			if !pause(req, d) {
				return 0, req.Context().Err()
			}
			defer flush(w)
			return w.Write(p)
		}}, req)
	}
}

// RewriteList answers lists with other items, or in another order: rewrite gets those of the page, as JSON. Answers that
// are no list pass as they are.
func RewriteList(rewrite func(items []json.RawMessage) []json.RawMessage) Effect {
	return func(w http.ResponseWriter, req *http.Request, next http.HandlerFunc) {
		answer := &recording{discard: discard{header: http.Header{}}, code: http.StatusOK}
		next(answer, req)
		var list map[string]json.RawMessage
		var items []json.RawMessage
		if json.Unmarshal(answer.body, &list) == nil && json.Unmarshal(list["items"], &items) == nil {
			list["items"], _ = json.Marshal(rewrite(items)) // what was JSON is JSON
			answer.body, _ = json.Marshal(list)
		}
		maps.Copy(w.Header(), answer.header)
		if w.Header().Get("Content-Length") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
		}
		w.WriteHeader(answer.code)
		_, _ = w.Write(answer.body)
	}
}

// recording is an answer that waits to be sent.
type recording struct {
	discard

	code int
	body []byte
}

func (r *recording) WriteHeader(code int) { r.code = code }

func (r *recording) Write(p []byte) (int, error) {
	r.body = append(r.body, p...)
	return len(p), nil
}

// meddler is an answer whose body is written in another way.
type meddler struct {
	http.ResponseWriter

	write func([]byte) (int, error)
}

// Unwrap lets flushing and hijacking through.
func (m *meddler) Unwrap() http.ResponseWriter { return m.ResponseWriter }

func (m *meddler) Write(p []byte) (int, error) { return m.write(p) }

// Flush sends what has been written.
func (m *meddler) Flush() { flush(m.ResponseWriter) }

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }
