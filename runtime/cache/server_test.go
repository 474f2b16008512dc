package cache

import (
	"context"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
)

// server is a source whose content a test changes: an API server of config maps without a network.
type server struct {
	mu      sync.Mutex
	version int
	objects map[string]*corev1.ConfigMap
	streams map[chan StreamEvent[*corev1.ConfigMap]]struct{}

	lists, watches int
	// watchErr is the error of the next watch, nil for none.
	watchErr error
}

func newServer() *server {
	return &server{version: 1, objects: map[string]*corev1.ConfigMap{}, streams: map[chan StreamEvent[*corev1.ConfigMap]]struct{}{}}
}

// IsWatchListSemanticsUnSupported returns true: informers of this source use plain lists.
func (s *server) IsWatchListSemanticsUnSupported() bool { return true }

func configMap(name, value string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Labels: map[string]string{"value": value}},
		Data:       map[string]string{"value": value},
	}
}

func (s *server) put(name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	event := watch.Modified
	if _, exists := s.objects[name]; !exists {
		event = watch.Added
	}
	s.version++
	obj := configMap(name, value)
	obj.ResourceVersion = strconv.Itoa(s.version)
	s.objects[name] = obj
	s.send(event, obj)
}

func (s *server) remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	obj := s.objects[name].DeepCopy()
	obj.ResourceVersion = strconv.Itoa(s.version)
	delete(s.objects, name)
	s.send(watch.Deleted, obj)
}

// removeSilently removes an object without an event.
func (s *server) removeSilently(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	delete(s.objects, name)
}

// cut ends all watches; the next one fails with err unless it is nil.
func (s *server) cut(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchErr = err
	for stream := range s.streams {
		close(stream)
		delete(s.streams, stream)
	}
}

func (s *server) send(event watch.EventType, obj *corev1.ConfigMap) {
	for stream := range s.streams {
		stream <- StreamEvent[*corev1.ConfigMap]{Type: event, Object: obj.DeepCopy(), ResourceVersion: obj.ResourceVersion}
	}
}

func (s *server) StreamList(_ context.Context, _ StreamOptions, each func(*corev1.ConfigMap) error) (metav1.ListMeta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists++
	for _, obj := range s.objects {
		if err := each(obj.DeepCopy()); err != nil {
			return metav1.ListMeta{}, err
		}
	}
	return metav1.ListMeta{ResourceVersion: strconv.Itoa(s.version)}, nil
}

func (s *server) StreamWatch(ctx context.Context, opts StreamOptions, each func(StreamEvent[*corev1.ConfigMap]) error) error {
	stream, err := s.open(opts.ResourceVersion)
	if err != nil {
		return err
	}
	if opts.Opened != nil {
		opts.Opened()
	}
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case event, open := <-stream:
			if !open {
				return nil
			}
			if err := each(event); err != nil {
				return err
			}
		}
	}
}

// open begins a watch. A watch from an older version begins with the objects that have changed since, but lacks deletions.
func (s *server) open(version string) (chan StreamEvent[*corev1.ConfigMap], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watches++
	if err := s.watchErr; err != nil {
		s.watchErr = nil
		return nil, err
	}
	stream := make(chan StreamEvent[*corev1.ConfigMap], 1000)
	since, _ := strconv.Atoi(version)
	for _, obj := range s.objects {
		if at, _ := strconv.Atoi(obj.ResourceVersion); at > since {
			stream <- StreamEvent[*corev1.ConfigMap]{Type: watch.Added, Object: obj.DeepCopy(), ResourceVersion: obj.ResourceVersion}
		}
	}
	s.streams[stream] = struct{}{}
	return stream, nil
}
