package rest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	goruntime "runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"
)

const mebi = 1 << 20

// allocated returns how many bytes of memory the process allocates while do runs.
func allocated(do func()) uint64 {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	do()
	goruntime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// flood writes begin, and then text again and again until the client closes the connection. It returns how many bytes it
// wrote.
func flood(conn net.Conn, begin, text string) int64 {
	chunk := []byte(strings.Repeat(text, 1+64<<10/len(text)))
	if _, err := io.WriteString(conn, begin); err != nil {
		return 0
	}
	for sent := int64(0); ; {
		n, err := conn.Write(chunk)
		if sent += int64(n); err != nil || sent > 1<<30 {
			return sent
		}
	}
}

const okJSON = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"

// gzipBomb returns a pod of size bytes, compressed to very few.
func gzipBomb(size int) string {
	var small bytes.Buffer
	w := gzip.NewWriter(&small)
	_, _ = io.WriteString(w, `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"`)
	chunk := bytes.Repeat([]byte{'a'}, 1<<16)
	for ; size > 0; size -= len(chunk) {
		_, _ = w.Write(chunk)
	}
	_, _ = io.WriteString(w, `"}}`)
	_ = w.Close()
	return small.String()
}

// The size of an answer that is read as a whole is bounded, counted after decompression.
func TestSecurityAnswersAreBounded(t *testing.T) {
	small := gzipBomb(64 * mebi)
	require.Less(t, len(small), 100<<10)
	for name, answer := range map[string]func(net.Conn) int64{
		"endless":          func(c net.Conn) int64 { return flood(c, okJSON+"\r\n", "{") },
		"endless, chunked": func(c net.Conn) int64 { return flood(c, okJSON+"Transfer-Encoding: chunked\r\n\r\n", "4\r\n    \r\n") },
		"endless, announced": func(c net.Conn) int64 {
			return flood(c, okJSON+"Content-Length: 9000000000000000000\r\n\r\n", "{")
		},
		"a gzip bomb": func(c net.Conn) int64 {
			fmt.Fprintf(c, "%sContent-Encoding: gzip\r\n\r\n%s", okJSON, small)
			return int64(len(small))
		},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) { sent.Store(answer(conn)) })
			config := faultConfig(url)
			config.MaxResponseBytes = mebi
			client := faultClient(t, config)
			var err, errRaw error
			used := allocated(func() {
				err = client.Get().Resource("pods").Name("web").Do(t.Context()).Into(&corev1.Pod{})
				_, errRaw = client.Get().Resource("pods").Name("web").DoRaw(t.Context())
			})
			for _, err := range []error{err, errRaw} {
				var large *ResponseTooLargeError
				require.ErrorAs(t, err, &large)
				assert.EqualValues(t, mebi, large.Limit)
				require.ErrorContains(t, err, "MaxResponseBytes")
			}
			assert.Less(t, used, uint64(48*mebi))
			assert.Less(t, sent.Load(), int64(32*mebi), "no more than the buffers of sockets")
		})
	}
}

func TestSecurityTheLimitOfAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		limit, size int64
		refused     bool
	}{
		"by default":                       {0, DefaultMaxResponseBytes + 1, true},
		"the largest by default":           {0, DefaultMaxResponseBytes, false},
		"no limit":                         {-1, DefaultMaxResponseBytes + 1, false},
		"of the configuration":             {100, 101, true},
		"the largest of the configuration": {100, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) {
				fmt.Fprintf(conn, "%sContent-Length: %d\r\n\r\n%s", okJSON, test.size, strings.Repeat("x", 100))
			})
			config := faultConfig(url)
			config.MaxResponseBytes = test.limit
			var err error
			used := allocated(func() { _, err = faultClient(t, config).Get().AbsPath("/x").DoRaw(t.Context()) })
			var large *ResponseTooLargeError
			switch {
			case test.refused:
				require.ErrorAs(t, err, &large)
			case test.size > 100:
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "the answer was read")
			default:
				require.NoError(t, err)
			}
			assert.Less(t, used, uint64(16*mebi), "an announced size allocates nothing before the bytes arrive")
		})
	}
}

// The message of an error quotes the beginning of the answer; the rest is not read.
func TestSecurityErrorsAreBounded(t *testing.T) {
	var sent atomic.Int64
	url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) {
		sent.Store(flood(conn, "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>", "x"))
	})
	client := faultClient(t, faultConfig(url))
	pods := func() *Request { return client.Get().Resource("pods") }
	for name, do := range map[string]func() error{
		"Do":     func() error { return pods().Do(t.Context()).Error() },
		"DoRaw":  func() error { _, err := pods().DoRaw(t.Context()); return err },
		"Stream": func() error { _, err := pods().Stream(t.Context()); return err },
		"Watch":  func() error { _, err := pods().Watch(t.Context()); return err },
		"list":   func() error { _, err := list(t.Context(), client, nil); return err },
	} {
		var err error
		used := allocated(func() { err = do() })
		require.True(t, apierrors.IsInternalError(err), "%s: %v", name, err)
		assert.Less(t, len(err.Error()), 8<<10, name)
		assert.Less(t, used, uint64(64*mebi), name)
	}
	assert.Less(t, sent.Load(), int64(32*mebi))
}

// A stream may be endless, but each event and each item is bounded, whatever length a frame announces.
func TestSecurityFramesAndItemsAreBounded(t *testing.T) {
	huge := string(binary.BigEndian.AppendUint32(nil, 0xFFFFFFFF))
	watching := func(ctx context.Context, client *RESTClient) error {
		return client.Get().Resource("pods").Param("watch", "1").WatchInto(ctx, WatchConsumer{})
	}
	listing := func(ctx context.Context, client *RESTClient) error { _, err := list(ctx, client, nil); return err }
	protobuf := strings.Replace(okJSON, "application/json", runtime.ContentTypeProtobuf+";stream=watch", 1)
	for name, test := range map[string]struct {
		begin, text string
		do          func(context.Context, *RESTClient) error
		is          error
	}{
		"an event":                   {okJSON + "\r\n" + `{"type":"ADDED","object":{"a":"`, "x", watching, streaming.ErrObjectTooLarge},
		"a type":                     {okJSON + "\r\n" + `{"type":"`, "x", watching, streaming.ErrObjectTooLarge},
		"backslashes":                {okJSON + "\r\n" + `{"type":"ADDED","object":{"a":"`, `\`, watching, streaming.ErrObjectTooLarge},
		"arrays":                     {okJSON + "\r\n" + `{"type":"ADDED","object":`, "[", watching, streaming.ErrObjectTooLarge},
		"many fields":                {okJSON + "\r\n" + `{"type":"ADDED"`, `,"a":1`, watching, streaming.ErrObjectTooLarge},
		"a protobuf frame":           {protobuf + "\r\n" + huge, "x", watching, streaming.ErrObjectTooLarge},
		"an item":                    {okJSON + "\r\n" + `{"kind":"PodList","items":[{"a":"`, "x", listing, streaming.ErrObjectTooLarge},
		"fields beside items":        {okJSON + "\r\n" + `{"kind":"PodList"`, `,"a":"xxxxxxxxxxxxxxxxxxxxxxxx"`, listing, streaming.ErrObjectTooLarge},
		"nothing but space in items": {okJSON + "\r\n" + `{"kind":"PodList","items":[`, " ", listing, streaming.ErrObjectTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) { sent.Store(flood(conn, test.begin, test.text)) })
			var err error
			used := allocated(func() { err = test.do(t.Context(), faultClient(t, faultConfig(url))) })
			require.ErrorIs(t, err, test.is)
			assert.Less(t, len(err.Error()), 8<<10)
			assert.Less(t, used, uint64(160*mebi))
			assert.Less(t, sent.Load(), int64(64*mebi))
		})
	}
}

// Headers and whatever comes before the body are bounded, too.
func TestSecurityHeadersAreBounded(t *testing.T) {
	for name, test := range map[string][2]string{
		"one header":            {"HTTP/1.1 200 OK\r\nX: ", "x"},
		"headers":               {"HTTP/1.1 200 OK\r\n", "X: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"},
		"a status line":         {"HTTP/1.1 200 ", "x"},
		"informational answers": {"", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"},
		"no headers at all":     {"", "HTTP/1.1 100 Continue\r\n\r\n"},
		"trailers":              {okJSON + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X: xxxxxxxxxxxxxxxxxxxxxxxxxx\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) { sent.Store(flood(conn, test[0], test[1])) })
			var err error
			used := allocated(func() { err = try(t, faultClient(t, faultConfig(url)), http.MethodPost) })
			require.Error(t, err)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
			assert.Less(t, used, uint64(64*mebi))
			assert.Less(t, sent.Load(), int64(32*mebi))
		})
	}
}

// A body that comes very slowly is read until the context ends, and no longer.
func TestSecuritySlowBodiesEndWithTheContext(t *testing.T) {
	url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) {
		fmt.Fprint(conn, okJSON+"\r\n{")
		for {
			if _, err := conn.Write([]byte(" ")); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
	err := try(t, faultClient(t, faultConfig(url)), http.MethodGet, 300*time.Millisecond)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

type warningCounter struct{ count, size int }

func (c *warningCounter) HandleWarningHeader(_ int, _, text string) {
	c.count, c.size = c.count+1, c.size+len(text)
}

func TestSecurityWarningsAreBounded(t *testing.T) {
	for name, headers := range map[string]string{
		"many headers":   strings.Repeat("Warning: 299 - \"old\"\r\n", 10_000),
		"in one header":  "Warning: " + strings.Repeat(`299 - "old", `, 9_999) + "299 - \"old\"\r\n",
		"with all texts": "Warning: 299 - \"" + strings.Repeat("x", 1000) + "\"\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := misbehave(t, func(_ int32, conn *net.TCPConn) {
				fmt.Fprintf(conn, "%s%sContent-Length: %d\r\n\r\n%s", okJSON, headers, len(pod), pod)
			})
			var warnings warningCounter
			config := faultConfig(url)
			config.WarningHandler = &warnings
			result := faultClient(t, config).Get().Resource("pods").Name("web").Do(t.Context())
			require.NoError(t, result.Error())
			assert.LessOrEqual(t, warnings.count, 100)
			assert.NotZero(t, warnings.count)
			assert.Len(t, result.Warnings(), warnings.count)
		})
	}
	t.Run("what a writer remembers", func(t *testing.T) {
		w := NewWarningWriter(io.Discard, WarningWriterOptions{Deduplicate: true})
		for i := range 3 * maxRemembered {
			w.HandleWarningHeader(299, "", strconv.Itoa(i))
			assert.LessOrEqual(t, len(w.written), maxRemembered)
		}
	})
}

// A Retry-After of more than five minutes is not waited for.
func TestSecurityRetryAfterIsBounded(t *testing.T) {
	for _, after := range []string{"301", "4000000000", "999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		url, sent := misbehave(t, func(_ int32, conn *net.TCPConn) {
			text := status(http.StatusTooManyRequests, "TooManyRequests")
			respond(conn, "429 Too Many Requests", []string{asJSON, "Retry-After: " + after, length(text)}, text)
		})
		client := faultClient(t, faultConfig(url))
		err := client.Get().Resource("pods").Do(t.Context()).Error()
		require.True(t, apierrors.IsTooManyRequests(err), "%s: %v", after, err)
		assert.EqualValues(t, 1, sent.Load(), after)
	}
}

// An odd document is an error or an object, in bounded memory.
func TestSecurityOddDocuments(t *testing.T) {
	raw := func(envelope ...byte) string { return "k8s\x00" + string(envelope) }
	deep := strings.Repeat("[", 200_000)
	for name, test := range map[string]struct{ contentType, document string }{
		"deep arrays":                    {"application/json", `{"kind":"Pod","apiVersion":"v1","x":` + deep},
		"deep objects":                   {"application/json", `{"kind":"Pod","apiVersion":"v1","x":` + strings.Repeat(`{"a":`, 200_000) + "1"},
		"deep, and closed":               {"application/json", `{"kind":"Pod","apiVersion":"v1","x":` + deep + strings.Repeat("]", 200_000) + "}"},
		"deep managed fields":            {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"managedFields":[{"fieldsV1":` + deep + strings.Repeat("]", 200_000) + "}]}}"},
		"a long number":                  {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"generation":` + strings.Repeat("9", mebi) + "}}"},
		"a large exponent":               {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"generation":1e999999999}}`},
		"a key many times":               {"application/json", `{"kind":"Pod","apiVersion":"v1"` + strings.Repeat(`,"metadata":{"name":"a"}`, 20_000) + "}"},
		"a label many times":             {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"labels":{"a":"b"` + strings.Repeat(`,"a":"b"`, 20_000) + "}}}"},
		"no UTF-8":                       {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"` + strings.Repeat("\xff", mebi) + `"}}`},
		"unpaired surrogates":            {"application/json", `{"kind":"Pod","apiVersion":"v1","metadata":{"name":"` + strings.Repeat(`\ud800`, 100_000) + `"}}`},
		"a long kind":                    {"application/json", `{"kind":"` + strings.Repeat("k", mebi) + `","apiVersion":"v1"}`},
		"protobuf: a huge length":        {runtime.ContentTypeProtobuf, raw(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)},
		"protobuf: a negative length":    {runtime.ContentTypeProtobuf, raw(0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)},
		"protobuf: a length of a field":  {runtime.ContentTypeProtobuf, raw(0x0a, 0x09, 0x0a, 0x02, 'v', '1', 0x12, 0x03, 'P', 'o', 'd', 0x12, 0x06, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x07)},
		"protobuf: groups in groups":     {runtime.ContentTypeProtobuf, raw(bytes.Repeat([]byte{0x0b}, mebi)...)},
		"protobuf: an endless number":    {runtime.ContentTypeProtobuf, raw(bytes.Repeat([]byte{0xff}, mebi)...)},
		"protobuf: nothing in the frame": {runtime.ContentTypeProtobuf, raw()},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.contentType)
				_, _ = io.WriteString(w, test.document)
			})
			used := allocated(func() {
				for range 2 { // the second time with a cached kind
					_ = client.Get().Resource("pods").Name("web").Do(t.Context()).Into(&corev1.Pod{})
				}
			})
			assert.Less(t, used, uint64(128*mebi))
		})
	}
}
