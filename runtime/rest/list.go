package rest

import (
	"context"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/typewright/typewright/runtime/internal/unreadable"
)

// ListConsumer takes the answer of [Request.ListInto]. Every field is required.
type ListConsumer struct {
	// List is what the list is decoded into, its items aside: it has none in the end.
	List runtime.Object
	// NewObject returns what an item is decoded into: a pointer to the type of List's items.
	NewObject func() runtime.Object
	// Each is called for every item in the order of the answer, in the goroutine that called ListInto, while the answer is
	// being read. Its error ends the list.
	Each func(runtime.Object) error
}

// ListInto sends the request as a list and hands the items to a consumer one by one. It returns nil once the whole answer
// has been read; List is complete only then, and so is what Each has been called with. It returns the error of Each if that
// ended the list. What cannot be decoded is an error with a method DecodeError() bool; all else is as for [Request.Do].
//
// A list in JSON is decoded item by item as it comes, so that it is never in memory as a whole; other encodings, and lists
// and items that decode themselves, are read whole first.
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
	if decoder := r.itemwise(resp, consumer); decoder != nil {
		body := &answerBody{streamBody: streamBody{ReadCloser: resp.Body}}
		err := consumer.stream(body, decoder)
		r.observeResponse(ctx, int(body.read))
		return err
	}
	result := r.transform(resp)
	r.observeResponse(ctx, len(result.body))
	return consumer.whole(result)
}

// itemwise returns the decoder of an answer whose items can be decoded on their own, nil for others.
func (r *Request) itemwise(resp *http.Response, consumer ListConsumer) *learningDecoder {
	if failed(resp) || !consumer.plain() {
		return nil
	}
	decoder, err := r.c.decoders.get(resp.Header.Get("Content-Type"), r.c.content.Negotiator)
	if plain, ok := decoder.(*learningDecoder); ok && err == nil {
		return plain
	}
	return nil
}

// whole hands over the items of an answer that has been read.
func (c ListConsumer) whole(result Result) error {
	if err := result.Error(); err != nil {
		return err
	}
	if err := result.Into(c.List); err != nil {
		return unreadable.Mark(err)
	}
	// Items are copied out of the list's array, so that whoever keeps one object does not keep all of them.
	if err := meta.EachListItemWithAlloc(c.List, c.Each); err != nil {
		return err
	}
	return meta.SetList(c.List, nil)
}

// another is the error of an answer that is of another kind than was asked for.
func another(got, want runtime.Object) error {
	if err := statusError(got); err != nil {
		return err
	}
	return unreadable.Mark(fmt.Errorf("the answer is a %T, where a %T was expected", got, want))
}
