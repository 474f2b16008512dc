package controller

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"k8s.io/klog/v2"

	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/workqueue"
)

// The results of reconciles, as they appear in metrics.
const (
	ResultSuccess  = "success"
	ResultRequeue  = "requeue_after"
	ResultError    = "error"
	ResultTerminal = "terminal_error"
	ResultPanic    = "panic"
)

// PanicError is the error of a reconcile that has panicked, or has ended its goroutine.
type PanicError struct {
	// Value is what panic was called with; nil if the function has called runtime.Goexit.
	Value any
	// Stack is the stack of the panic.
	Stack []byte
}

// Error describes the panic, without the stack.
func (e *PanicError) Error() string {
	return fmt.Sprintf("the reconcile function panicked: %v", e.Value)
}

// queue is the queue of a controller.
type queue = *workqueue.PriorityQueue[cache.ObjectName]

// work reconciles what is queued until the queue is shut down. Run ends with ctx, a reconcile with work.
func (c *Controller[T]) work(work, ctx context.Context, q queue, running *sync.WaitGroup) {
	ended := false
	defer func() {
		if !ended { // a reconcile function has called runtime.Goexit
			running.Go(func() { c.work(work, ctx, q, running) })
		}
	}()
	for {
		key, priority, shutdown := q.GetWithPriority()
		if shutdown {
			ended = true
			return
		}
		c.next(work, ctx, q, key, priority)
	}
}

// next reconciles a key, unless it has to wait.
func (c *Controller[T]) next(work, ctx context.Context, q queue, key cache.ObjectName, priority int) {
	defer q.Done(key)
	if ctx.Err() != nil {
		return // what is still queued is for the next run
	}
	held, ok := c.hold(work, key)
	if !ok {
		q.Forget(key)
		return // who holds it reconciles it
	}
	defer held.done()
	settling := c.gate.Settle(held, key)
	if c.gate.Holds(ctx, key, priority) {
		if settling != nil {
			klog.FromContext(ctx).Error(settling, "Cannot find out what a reconcile has written", "key", key.String())
			q.AddWithOptions(workqueue.AddOptions{Priority: priority, RateLimited: true}, key)
		}
		return
	}
	c.metrics.working(1)
	begun := time.Now()
	result := ResultPanic
	defer func() {
		c.metrics.working(-1)
		c.metrics.reconciled(result, time.Since(begun))
	}()
	after, err := c.call(held, key)
	result = resultOf(after, err)
	c.count(result, err)
	switch add := (workqueue.AddOptions{Priority: priority}); result {
	case ResultSuccess:
		q.Forget(key)
	case ResultRequeue:
		q.Forget(key)
		add.After = after.RequeueAfter
		q.AddWithOptions(add, key)
	case ResultTerminal:
		q.Forget(key)
	default:
		add.RateLimited = true
		q.AddWithOptions(add, key)
	}
	if err != nil && held.Err() == nil {
		klog.FromContext(ctx).Error(err, "Reconcile failed", "key", key.String(), "result", result)
	}
}

func resultOf(result Result, err error) string {
	if _, ok := errors.AsType[*PanicError](err); ok {
		return ResultPanic
	}
	if _, ok := errors.AsType[*terminalError](err); ok {
		return ResultTerminal
	}
	switch {
	case err != nil:
		return ResultError
	case result.RequeueAfter > 0:
		return ResultRequeue
	default:
		return ResultSuccess
	}
}

// call calls the function for a key with what the cache has of it.
func (c *Controller[T]) call(held task, key cache.ObjectName) (result Result, err error) {
	ctx := held.Context
	returned := false
	defer func() {
		if returned {
			return
		}
		value, stack := recover(), debug.Stack()
		err = &PanicError{Value: value, Stack: stack}
		klog.FromContext(ctx).Error(err, "Observed a panic", "key", key.String(), "stacktrace", string(stack))
		if value == nil {
			c.count(ResultPanic, err) // runtime.Goexit: nobody gets err
		}
	}()
	ctx = rest.ObserveWrites(ctx, func(w rest.Write) { c.gate.Note(key, w) })
	cached, exists, err := c.opts.For.GetStore().GetByKey(key.String())
	obj, _ := cached.(T)
	switch {
	case err != nil:
	case !c.isOf(held, obj, exists, key):
		result.RequeueAfter = time.Nanosecond // for the one that has the name now
	case exists:
		c.forgetDeleted(key)
		result, err = c.reconcile(ctx, obj.DeepCopyObject().(T)) //nolint:forcetypeassert // the informer's type
	case c.opts.Gone != nil:
		result, err = c.opts.Gone(ctx, key)
		if resultOf(result, err) == ResultSuccess {
			c.forgetDeleted(key)
		}
	}
	returned = true
	return result, err
}
