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

// cachingTransport keeps responses that carry an ETag in a folder, for the user who asked and no other. It asks the server
// whether a response that it has is still good, unless the server said that it would be until a time to come.
//
// A file is a checksum followed by a response as it could be on the wire, with the headers that matter and two of our own:
// one that was written in part does not match its checksum and counts as missing, and so does one that was made for
// another request, or for one with other headers where the server says that these count.
type cachingTransport struct {
	folder   folder
	identity string // what the configuration tells of the user
	// namesUsers is set where a plugin finds out who the user is: a request that does not show it is of an unknown user.
	namesUsers bool
	next       http.RoundTripper
	written    atomic.Uint32
}

// above returns the transport as one above next.
func (t *cachingTransport) above(next http.RoundTripper) http.RoundTripper {
	return &cachingTransport{folder: t.folder, identity: t.identity, namesUsers: t.namesUsers, next: next}
}

// WrappedRoundTripper returns the transport below, for those who look for its kind.
func (t *cachingTransport) WrappedRoundTripper() http.RoundTripper { return t.next }

// mayAnswer tells whether a request is one whose response may be kept or come from the folder.
func (t *cachingTransport) mayAnswer(req *http.Request) bool {
	_, no := directive(req.Header, "no-store")
	return req.Method == http.MethodGet && !no && req.Header.Get("Range") == "" && req.Header.Get("If-None-Match") == "" &&
		(!t.namesUsers || req.Header.Get("Authorization") != "")
}

// RoundTrip answers from the folder where it may.
func (t *cachingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if !t.mayAnswer(req) {
		return t.next.RoundTrip(req)
	}
	key := keyOf(t.identity, req)
	stored := t.load(key, req)
	if stored != nil && isFresh(stored.Header, time.Now()) {
		return stored, nil
	}
	asking := req
	if stored != nil {
		asking = req.Clone(req.Context())
		asking.Header.Set("If-None-Match", stored.Header.Get("ETag"))
	}
	resp, err := t.next.RoundTrip(asking)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusNotModified && stored != nil:
		_ = resp.Body.Close()
		return stored, nil
	case resp.StatusCode == http.StatusOK && mayStore(resp.Header):
		vary := varyOf(resp.Header, req.Header)
		if vary == "" {
			return resp, nil
		}
		header := keptHeaders(resp.Header)
		header[keyHeader], header[varyHeader] = []string{key}, []string{vary}
		resp.Body = &recordingBody{ReadCloser: resp.Body, done: func(body []byte) {
			if err := t.save(key, header, body); err != nil {
				klog.FromContext(req.Context()).V(1).Info("A response is not kept on disk", "err", err)
			}
		}}
	}
	return resp, nil
}

// The headers in which a file says what it was made for.
const (
	keyHeader  = "X-Typewright-Made-For"
	varyHeader = "X-Typewright-Varies-By"
)

// keptHeaders are those of a response that whoever reads it later needs. Others may be secret, such as Set-Cookie.
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

func mayStore(header http.Header) bool {
	_, no := directive(header, "no-store")
	return header.Get("ETag") != "" && !no
}

// isFresh reports whether a response is good without asking: servers say so of documents whose URL holds their hash.
func isFresh(header http.Header, now time.Time) bool {
	if _, no := directive(header, "no-cache"); no {
		return false
	}
	if text, ok := directive(header, "max-age"); ok {
		seconds, err := strconv.ParseUint(text, 10, 31)
		date, dateErr := http.ParseTime(header.Get("Date"))
		return err == nil && dateErr == nil && isSoon(now, date.Add(time.Duration(seconds)*time.Second))
	}
	expires, err := http.ParseTime(header.Get("Expires"))
	if err != nil { // the API server names its own time zone, for lack of "GMT"
		expires, err = time.Parse(time.RFC1123, header.Get("Expires"))
	}
	return err == nil && isSoon(now, expires)
}

// longest is how long a response is good at most, whatever a server says.
const longest = 400 * 24 * time.Hour

func isSoon(now, end time.Time) bool { return now.Before(end) && end.Before(now.Add(longest)) }

// directive finds a directive of Cache-Control, and its value where it has one.
func directive(header http.Header, name string) (value string, ok bool) {
	for _, part := range elements(header, "Cache-Control") {
		key, value, _ := strings.Cut(part, "=")
		if strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value), true
		}
	}
	return "", false
}

// load returns the response of a file, nil when there is none that is whole and was made for such a request.
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

// The folder of responses is pruned to these numbers, when a client first writes to it and then at each 64th response:
// a cluster has about a hundred documents for each user and token.
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

// recordingBody hands over the whole body once it has been read to its end, if it is no larger than a file may be.
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
