package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime/serializer/streaming"

	"github.com/typewright/typewright/runtime/internal/unreadable"
	"github.com/typewright/typewright/runtime/rest/internal/jsonstream"
)

// plain reports whether a list in JSON is an object whose field items holds what NewObject returns, as those that the
// encoding knows nothing special of are.
func (c ListConsumer) plain() bool {
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

// stream decodes a list as it comes: its items one by one, and what is around them, a few bytes, in the end.
func (c ListConsumer) stream(body *answerBody, decoder *learningDecoder) error {
	list := &jsonList{Reader: jsonstream.NewReader(body, "list"), each: func(item []byte) error { return c.item(item, decoder.json) }}
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
		return another(got, c.List)
	default:
		return nil
	}
}

// consumerError is an error of a consumer, which is returned as it is.
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

// maxAround is how large a list may be without its items.
const maxAround = 16 << 20

// jsonList takes a list in JSON apart.
type jsonList struct {
	*jsonstream.Reader

	each  func(item []byte) error
	seen  bool // whether there was a field items
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

// end reads what may come after a list: nothing.
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

// keep reads a field that is none of the items.
func (l *jsonList) keep(name jsonstream.Span) error {
	value, err := l.Value()
	if err != nil {
		return err
	}
	if l.around.Len()+len(l.Bytes(name))+len(l.Bytes(value)) > maxAround {
		return fmt.Errorf("what stands around the items of the list, up to its byte %d, is too large: %w", l.At(value), streaming.ErrObjectTooLarge)
	}
	if l.around.Len() > 1 {
		l.around.WriteByte(',')
	}
	l.around.Write(l.Bytes(name))
	l.around.WriteByte(':')
	l.around.Write(l.Bytes(value))
	return nil
}

// items reads the items.
func (l *jsonList) items() error {
	l.Discard()
	if c, err := l.SkipSpace(); err != nil {
		return l.Broke(err)
	} else if c != '[' {
		return l.none()
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

// none reads what stands in place of items where there are none.
func (l *jsonList) none() error {
	value, err := l.Value()
	if err != nil {
		return err
	}
	if string(l.Bytes(value)) != "null" {
		return fmt.Errorf("the items of the list, at its byte %d, are no array", l.At(value))
	}
	return nil
}

// answerBody is the body of an answer that is decoded as it comes. It counts.
type answerBody struct {
	streamBody

	read int64
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.streamBody.Read(p)
	b.read += int64(n)
	if b.broken && err != nil {
		err = brokenBody(err)
	}
	return n, err
}
