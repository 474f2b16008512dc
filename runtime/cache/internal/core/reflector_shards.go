package core

import (
	"context"
	"errors"
	"net/http"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/typewright/typewright/runtime/internal/shard"
)

// shardSink is the sink of a reflector that follows a part of the objects, which changes meanwhile.
type shardSink[T any] interface {
	field() string
	toList(whole bool) (set shard.Set, merges bool, moved <-chan struct{})
	toWatch() shard.Set
	merge(items []T, version string) error
	setFiltered(filtered bool)
}

// followShards is follow for a part of the objects. Each list is one of the latest state: it has what the process that held these
// objects before has written. What is gained later is listed by itself, and added to what there is; the watch then goes on from where
// it was, with the larger part. What is lost needs no request.
func (r *Reflector[T]) followShards(ctx context.Context) error {
	for whole := true; ctx.Err() == nil; {
		set, merges, moved := r.opts.shards.toList(whole)
		if !set.Empty() {
			if err := r.listShards(ctx, set, merges); err != nil {
				return err
			}
			whole = false
		}
		if r.opts.shards.toWatch().Empty() {
			select {
			case <-ctx.Done():
			case <-moved:
			}
			continue
		}
		if ended, err := r.watchUntil(ctx, moved); ended {
			return err
		}
	}
	return nil
}

// watchUntil watches until moved is closed; it then returns false.
func (r *Reflector[T]) watchUntil(ctx context.Context, moved <-chan struct{}) (ended bool, _ error) {
	watching, cancel := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	waiting.Go(func() {
		select {
		case <-moved:
			cancel()
		case <-watching.Done():
		}
	})
	err := r.watch(watching)
	if ctx.Err() == nil && watching.Err() != nil {
		return false, nil // the move is what ended the watch
	}
	return true, err
}

// listShards lists a part of the objects and passes it to the sink.
func (r *Reflector[T]) listShards(ctx context.Context, set shard.Set, merges bool) error {
	r.part = set
	if !merges {
		return r.listAndReplace(ctx, "")
	}
	begun := r.opts.Clock.Now()
	items, version, err := r.listAt(ctx, "")
	if err != nil {
		return r.listError(err)
	}
	if order, err := resourceversion.CompareResourceVersion(version, r.LastSyncVersion()); err != nil || order < 0 {
		// It is not known which events the list has already, or the server has another history now.
		r.part, _, _ = r.opts.shards.toList(true)
		return r.listAndReplace(ctx, "")
	}
	r.opts.ReflectorObserver.Listed(r.opts.Clock.Since(begun), len(items))
	return r.opts.shards.merge(items, version)
}

// selects has a request ask for a part of the objects, unless the server is known not to know how. It sets Keep too: the source may
// leave out others, and the sink does not take them in any case.
func (r *Reflector[T]) selects(opts *StreamOptions, set shard.Set) {
	if r.opts.shards == nil {
		return
	}
	field := r.opts.shards.field()
	if r.opts.Server.selectsShards(r.opts.Clock.Now()) {
		opts.ShardSelector = set.Selector(field)
	}
	r.foreign.Store(0)
	opts.Keep = func(uid, namespace string) bool { return r.keeps(set, shard.HashOf(field, uid, namespace)) }
}

// keeps reports whether a set has a hash, and counts those that it has not.
func (r *Reflector[T]) keeps(set shard.Set, hash uint64) bool {
	if set.Contains(hash) {
		return true
	}
	r.foreign.Add(1)
	return false
}

// isPart reports whether an object of a list belongs to what is listed.
func (r *Reflector[T]) isPart(obj T) bool {
	if r.opts.shards == nil {
		return true
	}
	hash, err := shardHash(r.opts.shards.field(), obj)
	return err == nil && r.keeps(r.part, hash)
}

// noteSelection notes whether the server has selected what a list asked for. It says so with shardInfo, but not in lists of metadata; so
// a server is taken for one that does not select only when it has sent what is not wanted.
func (r *Reflector[T]) noteSelection(asked string, list metav1.ListMeta) {
	switch {
	case r.opts.shards == nil:
	case list.ShardInfo != nil:
		r.opts.shards.setFiltered(false)
	case asked == "":
		r.opts.shards.setFiltered(true)
	case r.foreign.Load() > 0:
		r.opts.Server.ignoresShards(r.opts.Clock.Now())
		r.opts.shards.setFiltered(true)
	}
}

// tooLong reports whether something on the way to the server does not take a request with a long selector.
func tooLong(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	switch status.Status().Code {
	case http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge, http.StatusRequestEntityTooLarge:
		return true
	}
	return false
}
