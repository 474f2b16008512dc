package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"

	"github.com/typewright/typewright/runtime/codec/scan"
	"github.com/typewright/typewright/runtime/internal/unreadable"
	"github.com/typewright/typewright/runtime/rest/internal/jsonstream"
)

// ListConsumer receives the response to [Request.ListInto]. Its functions and List are required.
type ListConsumer struct {
	// List receives the fields of the list except its items; its items are empty in the end.
	List runtime.Object
	// NewObject returns the object to decode an item into: a pointer to the type of List's items.
	NewObject func() runtime.Object
	// Each is called for every item in the order of the response, in the goroutine of ListInto, while the response is
	// being read. An error of Each ends the list.
	Each func(runtime.Object) error
	// Decoding says how items are decoded that go into a cache. Decoders that were not generated do not know it: the caller has to
	// remove managed fields then. It is optional.
	Decoding scan.Options
	// Keep, if it is not nil, reports whether an item is wanted. Of one that is not, a JSON decoder reads the metadata only, and Each is
	// not called. Items in other encodings are passed on.
	Keep func(uid, namespace string) bool
	// Kind is called when apiVersion and kind of a list in JSON have been read, which may be after its items. It is optional.
	Kind func(apiVersion, kind string)
	// Bounded says that the consumer keeps the whole list, so that [Config.MaxResponseBytes] applies to it.
	Bounded bool
}

// ListInto sends the request as a list and passes the items to a consumer one by one. It returns nil once the whole response
// has been read; until then the list may be incomplete. It returns the error of Each if that ended the list. Errors of
// decoding have a method DecodeError() bool; other errors are those of [Request.Do].
//
// A list in JSON is decoded item by item while the response arrives, so that it is never in memory as a whole. Responses in
// other encodings, and lists and items with an UnmarshalJSON method, are read completely first; unstructured lists are if the client is not
// that of package dynamic.
func (r *Request) ListInto(ctx context.Context, consumer ListConsumer) error {
	defer r.observeLatency(ctx)()
	if err := r.ready(ctx); err != nil {
		return err
	}
	ctx, cancel := r.withTimeout(ctx)
	defer cancel()
	resp, err := r.send(ctx, retryable)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	r.warn(ctx, resp)
	if decoder := r.itemDecoder(resp, consumer); decoder != nil {
		body := &answerBody{streamBody: streamBody{ReadCloser: resp.Body}}
		if consumer.Bounded {
			body.limit = r.responseLimit()
		}
		err := consumer.stream(body, decoder)
		r.observeResponse(ctx, int(body.read))
		return err
	}
	result := r.transform(resp)
	r.observeResponse(ctx, len(result.body))
	return consumer.consume(result)
}

// itemDecoder returns the decoder of a response whose items can be decoded one by one, and nil for other responses.
func (r *Request) itemDecoder(resp *http.Response, consumer ListConsumer) pieceDecoder {
	if failed(resp) {
		return nil
	}
	decoder, err := r.c.decoders.get(resp.Header.Get("Content-Type"), r.c.content.Negotiator)
	plain, ok := decoder.(pieceDecoder)
	if !ok || err != nil || !consumer.isPlainList(plain) {
		return nil
	}
	plain, _ = plain.With(consumer.Decoding).(pieceDecoder)
	return plain
}

// consume passes on the items of a response that has been read.
func (c ListConsumer) consume(result Result) error {
	if err := result.Error(); err != nil {
		return err
	}
	if err := result.Into(c.List); err != nil {
		return unreadable.Mark(err)
	}
	// Items are copied out of the list's array, so that a caller that keeps one object does not keep all of them.
	if err := meta.EachListItemWithAlloc(c.List, c.Each); err != nil {
		return err
	}
	return meta.SetList(c.List, nil)
}

// checkList refuses a response that was decoded into a list without a version and without items, and that has none of the
// fields of a list: a proxy or a portal has answered instead of the server, and its answer must not mean that there are no
// objects. Responses in other encodings than JSON, and objects that are not lists, pass; so does {}, the response of test
// servers.
func checkList(obj runtime.Object, body []byte) error {
	list, ok := obj.(metav1.ListMetaAccessor)
	if !ok || list.GetListMeta().GetResourceVersion() != "" || !meta.IsListType(obj) || meta.LenList(obj) > 0 {
		return nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil //nolint:nilerr // another encoding, which its decoder has read
	}
	if fields != nil && len(fields) == 0 {
		return nil
	}
	for _, name := range []string{"kind", "apiVersion", "metadata", "items"} {
		if _, has := fields[name]; has {
			return nil
		}
	}
	return errNoList
}

var errNoList = errors.New("the response is JSON but not a list: it has no kind, metadata or items; a proxy may have answered instead of the API server")

// wrongKind is the error of a response of another kind than the requested one.
func wrongKind(got, want runtime.Object) error {
	if err := statusError(got); err != nil {
		return err
	}
	return unreadable.Mark(fmt.Errorf("the response is a %T, but a %T was expected", got, want))
}

// isPlainList reports whether the list in JSON is an object whose field items holds objects of NewObject's type, without
// methods that decode it otherwise than the decoder does.
func (c ListConsumer) isPlainList(decoder pieceDecoder) bool {
	if list, ok := c.List.(runtime.Unstructured); ok {
		_, typed := decoder.(*kindCache)
		return list.IsList() && !typed
	}
	if _, own := c.List.(json.Unmarshaler); own {
		return false
	}
	items, err := meta.GetItemsPtr(c.List)
	if err != nil {
		return false
	}
	field, found := reflect.TypeOf(c.List).Elem().FieldByName("Items")
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if !found || name != "items" {
		return false
	}
	item, object := reflect.TypeOf(items).Elem().Elem(), reflect.TypeOf(c.NewObject())
	return item == object || reflect.PointerTo(item) == object
}

// stream decodes a list while it arrives: its items one by one, and the few other fields at the end.
func (c ListConsumer) stream(body *answerBody, decoder pieceDecoder) error {
	omits := omitter{keep: c.Keep}
	list := &jsonList{Reader: jsonstream.NewReader(body, "list"), kind: c.Kind, each: func(item []byte) error {
		if _, omitted := omits.omits(item); omitted {
			return nil
		}
		return c.item(item, decoder)
	}}
	err := list.readAll()
	if consumer, ended := errors.AsType[consumerError](err); ended {
		return consumer.error
	}
	switch {
	case body.broken:
		return err
	case err != nil:
		return unreadable.Mark(err)
	}
	got, _, err := decoder.Decode(list.around.Bytes(), nil, c.List)
	switch {
	case err != nil:
		return unreadable.Mark(err)
	case got != c.List:
		return wrongKind(got, c.List)
	case list.seen:
		return nil
	default:
		return unreadable.Mark(checkList(c.List, list.around.Bytes()))
	}
}

// omitter finds objects in JSON that nobody wants, without decoding them. It belongs to one goroutine.
type omitter struct {
	keep    func(uid, namespace string) bool // nil keeps all
	scanner scan.Scanner
}

// omits reports whether an object is to be left out, and if so returns its resource version.
func (o *omitter) omits(object []byte) (version string, omitted bool) {
	if o.keep == nil {
		return "", false
	}
	o.scanner.Reset(object)
	defer o.scanner.Reset(nil)
	id, ok := o.scanner.Identify()
	return id.ResourceVersion, ok && !o.keep(id.UID, id.Namespace)
}

// consumerError marks an error of Each, which is returned as it is.
type consumerError struct{ error }

func (c ListConsumer) item(data []byte, decoder JSONDecoder) error {
	obj := c.NewObject()
	if err := decoder.DecodeJSON(data, obj); err != nil {
		return err
	}
	if err := c.Each(obj); err != nil {
		return consumerError{err}
	}
	return nil
}

// maxAround bounds the size of a list without its items.
const maxAround = 16 << 20

// jsonList splits a list in JSON into its items and the other fields.
type jsonList struct {
	*jsonstream.Reader

	each  func(item []byte) error
	kind  func(apiVersion, kind string) // may be nil
	named typeMeta
	seen  bool // whether the field items has been read
	count int
	// around is the list without its items.
	around bytes.Buffer
}

// readAll reads the list to the end of the stream.
func (l *jsonList) readAll() error {
	c, err := l.SkipSpace()
	if err != nil {
		return l.Broke(err)
	}
	if c != '{' {
		return l.Unexpected("where a list was expected")
	}
	l.Next()
	l.around.WriteByte('{')
	for first := true; ; first = false {
		name, done, err := l.Field(first)
		if err != nil {
			return err
		}
		if done {
			l.around.WriteByte('}')
			return l.end()
		}
		if err := l.field(name); err != nil {
			return err
		}
		l.Discard()
	}
}

func (l *jsonList) field(name jsonstream.Span) error {
	switch {
	case string(l.Text(name)) != "items":
		return l.keep(name)
	case l.seen:
		return fmt.Errorf("the list has items twice, at its byte %d again", l.At(name))
	default:
		l.seen = true
		return l.items()
	}
}

// end checks that nothing follows the list.
func (l *jsonList) end() error {
	switch _, err := l.SkipSpace(); {
	case err == nil:
		return l.Unexpected("after the list")
	case errors.Is(err, io.EOF):
		return nil
	default:
		return l.Broke(err)
	}
}

// keep reads a field other than items.
func (l *jsonList) keep(name jsonstream.Span) error {
	value, err := l.Value()
	if err != nil {
		return err
	}
	if l.around.Len()+len(l.Bytes(name))+len(l.Bytes(value)) > maxAround {
		return fmt.Errorf("the list without its items is too large at its byte %d: %w", l.At(value), streaming.ErrObjectTooLarge)
	}
	if l.around.Len() > 1 {
		l.around.WriteByte(',')
	}
	l.around.Write(l.Bytes(name))
	l.around.WriteByte(':')
	l.around.Write(l.Bytes(value))
	l.name(string(l.Text(name)), value)
	return nil
}

// name takes what a field says of the kind of the list.
func (l *jsonList) name(field string, value jsonstream.Span) {
	switch field {
	case "apiVersion":
		l.named.apiVersion = string(l.Text(value))
	case "kind":
		l.named.kind = string(l.Text(value))
	default:
		return
	}
	if l.kind != nil && l.named.apiVersion != "" && l.named.kind != "" {
		l.kind(l.named.apiVersion, l.named.kind)
	}
}

// items reads the items.
func (l *jsonList) items() error {
	l.Discard()
	if c, err := l.SkipSpace(); err != nil {
		return l.Broke(err)
	} else if c != '[' {
		return l.noItems()
	}
	l.Next()
	for first := true; ; first = false {
		l.Discard()
		if done, err := l.Element(first); done || err != nil {
			return err
		}
		item, err := l.Value()
		if err != nil {
			return err
		}
		if err := l.each(l.Bytes(item)); err != nil {
			return fmt.Errorf("item %d of the list, at its byte %d: %w", l.count, l.At(item), err)
		}
		l.count++
	}
}

// noItems reads a value of items that is not an array: only null is allowed.
func (l *jsonList) noItems() error {
	value, err := l.Value()
	if err != nil {
		return err
	}
	if string(l.Bytes(value)) != "null" {
		return fmt.Errorf("the items of the list, at its byte %d, are not an array", l.At(value))
	}
	return nil
}

// answerBody is the body of a response that is decoded while it arrives. It counts the bytes.
type answerBody struct {
	streamBody

	read  int64
	limit int64 // how many there may be; not positive means any number
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.streamBody.Read(p)
	b.read += int64(n)
	switch {
	case b.broken && err != nil:
		err = brokenBody(err)
	case b.limit > 0 && b.read > b.limit:
		b.broken = true
		return 0, &ResponseTooLargeError{b.limit}
	}
	return n, err
}
