package flowcontrol

import (
	"context"
	"errors"
	"sync"
)

var errNever = errors.New("this rate limiter never lets a request through")

// fakeNever lets nobody through.
type fakeNever struct {
	stopped chan struct{}
	once    sync.Once
}

func (f *fakeNever) TryAccept() bool { return false }
func (f *fakeNever) Stop()           { f.once.Do(func() { close(f.stopped) }) }
func (f *fakeNever) Accept()         { <-f.stopped }
func (f *fakeNever) QPS() float32    { return 1 }

func (f *fakeNever) Wait(context.Context) error { return errNever }
