package disk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/klog/v2"
)

// cachingTransport keeps responses that carry an ETag in a folder. It asks the server whether a response that it has is
// still good, unless the server said that it would be until a time to come.
//
// A file is a checksum followed by the response as it was on the wire: one that was written in part does not match its
// checksum and counts as missing.
type cachingTransport struct {
	directory string
	next      http.RoundTripper
}

// WrappedRoundTripper returns the transport below, for those who look for its kind.
func (t *cachingTransport) WrappedRoundTripper() http.RoundTripper { return t.next }

// RoundTrip answers from the folder where it may.
func (t *cachingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.Header.Get("Range") != "" || req.Header.Get("If-None-Match") != "" {
		return t.next.RoundTrip(req)
	}
	path := t.path(req)
	stored := load(path, req)
	if stored != nil && isFresh(stored.Header, time.Now()) {
		return stored, nil
	}
	if stored != nil {
		req = req.Clone(req.Context())
		req.Header.Set("If-None-Match", stored.Header.Get("ETag"))
	}
	resp, err := t.next.RoundTrip(req)
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode == http.StatusNotModified && stored != nil:
		_ = resp.Body.Close()
		return stored, nil
	case resp.StatusCode == http.StatusOK && mayStore(resp.Header):
		resp.Body = &recordingBody{ReadCloser: resp.Body, done: func(body []byte) {
			if err := save(path, resp, body); err != nil {
				klog.FromContext(req.Context()).V(1).Info("A response is not kept on disk", "err", err)
			}
		}}
	}
	return resp, nil
}

// path names the file of a request. The Accept header is part of what a response depends on.
func (t *cachingTransport) path(req *http.Request) string {
	sum := sha256.Sum256([]byte(req.URL.String() + "\n" + req.Header.Get("Accept")))
	return filepath.Join(t.directory, hex.EncodeToString(sum[:]))
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
		seconds, err := strconv.Atoi(text)
		date, dateErr := http.ParseTime(header.Get("Date"))
		return err == nil && dateErr == nil && now.Before(date.Add(time.Duration(seconds)*time.Second))
	}
	expires, err := http.ParseTime(header.Get("Expires"))
	return err == nil && now.Before(expires)
}

// directive finds a directive of Cache-Control, and its value where it has one.
func directive(header http.Header, name string) (value string, ok bool) {
	for part := range strings.SplitSeq(header.Get("Cache-Control"), ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(key, name) {
			return value, true
		}
	}
	return "", false
}

// load returns the response of a file, nil when there is none that is whole.
func load(path string, req *http.Request) *http.Response {
	data, err := os.ReadFile(path)
	if err != nil || len(data) < sha256.Size {
		return nil
	}
	dump := data[sha256.Size:]
	if sum := sha256.Sum256(dump); !bytes.Equal(sum[:], data[:sha256.Size]) {
		return nil
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(dump)), req)
	if err != nil {
		return nil
	}
	return resp
}

func save(path string, resp *http.Response, body []byte) error {
	stored := *resp
	stored.Body = io.NopCloser(bytes.NewReader(body))
	stored.ContentLength = int64(len(body))
	stored.TransferEncoding = nil
	// The dump writes HTTP/1.1 whatever the response came over.
	stored.Proto, stored.ProtoMajor, stored.ProtoMinor = "HTTP/1.1", 1, 1
	dump, err := httputil.DumpResponse(&stored, true)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(dump)
	return replaceFile(path, append(sum[:], dump...))
}

// recordingBody hands over the whole body once it has been read to its end.
type recordingBody struct {
	io.ReadCloser

	read bytes.Buffer
	done func([]byte)
}

func (b *recordingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Write(p[:n])
	if err == io.EOF && b.done != nil {
		b.done(b.read.Bytes())
		b.done = nil
	}
	return n, err
}
