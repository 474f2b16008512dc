package disk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"k8s.io/klog/v2"
)

// cachingTransport caches responses with an ETag in a folder, for one user. It revalidates a cached response with the
// server, unless the server said how long it is fresh.
//
// A file is a checksum followed by a response in wire format, with the necessary headers and two of our own. A file
// counts as missing if its checksum is wrong, because it was written in part, or if it belongs to another request, or
// to one with other values of the headers in Vary.
type cachingTransport struct {
	folder   folder
	identity string // the server and user of the configuration
	// needsAuthorization is set if a plugin authenticates the user: a request without credentials then belongs to an
	// unknown user.
	needsAuthorization bool
	next               http.RoundTripper
	written            atomic.Uint32
}

// wrap returns a copy of the transport that sends requests through next.
func (t *cachingTransport) wrap(next http.RoundTripper) http.RoundTripper {
	return &cachingTransport{folder: t.folder, identity: t.identity, needsAuthorization: t.needsAuthorization, next: next}
}

// WrappedRoundTripper returns the transport below, so that callers can search the chain for a type.
func (t *cachingTransport) WrappedRoundTripper() http.RoundTripper { return t.next }

// isCacheable reports whether the response to a request may be stored or come from the folder.
func (t *cachingTransport) isCacheable(req *http.Request) bool {
	_, no := directive(req.Header, "no-store")
	return req.Method == http.MethodGet && !no && req.Header.Get("Range") == "" && req.Header.Get("If-None-Match") == "" &&
		(!t.needsAuthorization || req.Header.Get("Authorization") != "")
}

// RoundTrip returns a stored response if it is fresh or the server confirms it.
func (t *cachingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !t.isCacheable(req) {
		return t.next.RoundTrip(req)
	}
	key := keyOf(t.identity, req)
	stored := t.load(key, req)
	if stored != nil && isFresh(stored.Header, time.Now()) {
		return stored, nil
	}
	sent := req
	if stored != nil {
		sent = req.Clone(req.Context())
		sent.Header.Set("If-None-Match", stored.Header.Get("ETag"))
	}
	resp, err := t.next.RoundTrip(sent)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusNotModified && stored != nil:
		_ = resp.Body.Close()
		return stored, nil
	case resp.StatusCode == http.StatusOK && isStorable(resp.Header):
		vary := varyOf(resp.Header, req.Header)
		if vary == "" {
			return resp, nil
		}
		header := keptHeaders(resp.Header)
		header[keyHeader], header[varyHeader] = []string{key}, []string{vary}
		resp.Body = &recordingBody{ReadCloser: resp.Body, done: func(body []byte) {
			if err := t.save(key, header, body); err != nil {
				klog.FromContext(req.Context()).V(1).Info("A response was not cached on disk", "err", err)
			}
		}}
	}
	return resp, nil
}

// The headers that identify the request of a stored response.
const (
	keyHeader  = "X-Typewright-Made-For"
	varyHeader = "X-Typewright-Varies-By"
)

// keptHeaders returns the headers of a response that a later reader needs. Others may be secret, such as Set-Cookie.
func keptHeaders(header http.Header) http.Header {
	kept := http.Header{}
	for _, name := range []string{
		"Cache-Control", "Content-Encoding", "Content-Type", "Date", "Etag", "Expires", "Last-Modified", "Vary", "Warning",
	} {
		if values := header.Values(name); len(values) > 0 {
			kept[name] = values
		}
	}
	return kept
}

func isStorable(header http.Header) bool {
	_, no := directive(header, "no-store")
	return header.Get("ETag") != "" && !no
}

// isFresh reports whether a response may be used without asking the server, which allows that for documents whose URL
// contains their hash.
func isFresh(header http.Header, now time.Time) bool {
	if _, no := directive(header, "no-cache"); no {
		return false
	}
	if text, ok := directive(header, "max-age"); ok {
		seconds, err := strconv.ParseUint(text, 10, 31)
		date, dateErr := http.ParseTime(header.Get("Date"))
		return err == nil && dateErr == nil && isFreshUntil(now, date.Add(time.Duration(seconds)*time.Second))
	}
	expires, err := http.ParseTime(header.Get("Expires"))
	if err != nil { // the API server may write another time zone than GMT
		expires, err = time.Parse(time.RFC1123, header.Get("Expires"))
	}
	return err == nil && isFreshUntil(now, expires)
}

// maxFreshness limits how long a response is fresh, whatever the server says.
const maxFreshness = 400 * 24 * time.Hour

func isFreshUntil(now, end time.Time) bool {
	return now.Before(end) && end.Before(now.Add(maxFreshness))
}

// directive returns the value of a directive of Cache-Control, and whether the header has it.
func directive(header http.Header, name string) (value string, ok bool) {
	for _, part := range elements(header, "Cache-Control") {
		key, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// load returns the response of a file, or nil unless the file is intact and belongs to such a request.
func (t *cachingTransport) load(key string, req *http.Request) *http.Response {
	data, _, err := t.folder.read(key)
	if err != nil || len(data) < sha256.Size {
		return nil
	}
	dump := data[sha256.Size:]
	if sum := sha256.Sum256(dump); !bytes.Equal(sum[:], data[:sha256.Size]) {
		return nil
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(dump)), req)
	if err != nil || resp.Header.Get(keyHeader) != key || resp.Header.Get(varyHeader) != varyOf(resp.Header, req.Header) {
		return nil
	}
	resp.Header.Del(keyHeader)
	resp.Header.Del(varyHeader)
	return resp
}

// The limits of the folder of responses. A client prunes it before its first write and then before every 64th. A
// cluster has about a hundred documents for each user and token.
const (
	maxResponses     = 2000
	maxResponseBytes = 256 << 20
	pruneEvery       = 64
)

func (t *cachingTransport) save(key string, header http.Header, body []byte) error {
	stored := http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}
	dump, err := httputil.DumpResponse(&stored, true)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(dump)
	if t.written.Add(1)%pruneEvery == 1 {
		t.folder.prune(".", maxResponses, maxResponseBytes)
	}
	return t.folder.write(key, append(sum[:], dump...))
}

// recordingBody passes the body to done once it has been read to its end, unless it is larger than a file may be.
type recordingBody struct {
	io.ReadCloser

	read bytes.Buffer
	done func([]byte)
}

func (b *recordingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.done == nil {
		return n, err
	}
	if b.read.Len()+n > maxFile {
		b.done, b.read = nil, bytes.Buffer{}
		return n, err
	}
	b.read.Write(p[:n])
	if err == io.EOF {
		b.done(b.read.Bytes())
		b.done = nil
	}
	return n, err
}
