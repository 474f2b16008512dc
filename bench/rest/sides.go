package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	incumbent "k8s.io/client-go/kubernetes/typed/core/v1"
	incumbentrest "k8s.io/client-go/rest"

	ours "github.com/typewright/typewright/generated/kubernetes/typed/core/v1"
	"github.com/typewright/typewright/runtime/cache"
	"github.com/typewright/typewright/runtime/rest"
	"github.com/typewright/typewright/runtime/typed"
)

// side is one way to talk to the server. Each of its functions does one operation of a row.
type side struct {
	name                   string
	get, list, post, watch func(context.Context) error
	stream                 func(context.Context) error // nil where there is no other way to watch
}

var errShort = errors.New("an answer was not what the server sent")

func check(ok bool, err error) error {
	if err == nil && !ok {
		return errShort
	}
	return err
}

// drain counts the events of a watch until the server ends it.
func drain(w watch.Interface, err error) error {
	if err != nil {
		return err
	}
	defer w.Stop()
	seen := 0
	for event := range w.ResultChan() {
		if _, ok := event.Object.(*corev1.Pod); !ok {
			return fmt.Errorf("event %d: %v %T", seen, event.Type, event.Object)
		}
		seen++
	}
	return check(seen == watched, nil)
}

// typewright returns a client that speaks contentType. Without one it speaks protobuf, as clients of built-in kinds do.
func typewright(url, contentType string) (side, error) {
	config := &rest.Config{Host: url, QPS: -1, BearerToken: "token"}
	config.ContentType = contentType
	client, err := ours.NewForConfig(config)
	if err != nil {
		return side{}, err
	}
	pods := client.Pods("default")
	streamer, ok := pods.(typed.StreamWatcher[*corev1.Pod])
	if !ok {
		return side{}, fmt.Errorf("%T streams no watches", pods)
	}
	obj := smallPod()
	return side{
		name: ourName,
		get: func(ctx context.Context) error {
			pod, err := pods.Get(ctx, "web", metav1.GetOptions{})
			return check(pod.Name == "web", err)
		},
		list: func(ctx context.Context) error {
			list, err := pods.List(ctx, metav1.ListOptions{})
			return check(len(list.Items) == listed, err)
		},
		post: func(ctx context.Context) error {
			pod, err := pods.Create(ctx, obj, metav1.CreateOptions{})
			return check(pod.Name == "web", err)
		},
		watch: func(ctx context.Context) error { return drain(pods.Watch(ctx, metav1.ListOptions{})) },
		stream: func(ctx context.Context) error {
			seen := 0
			err := streamer.StreamWatch(ctx, cache.StreamOptions{}, func(cache.StreamEvent[*corev1.Pod]) error { seen++; return nil })
			return check(seen == watched, err)
		},
	}, nil
}

func clientGo(url, contentType string) (side, error) {
	config := &incumbentrest.Config{Host: url, QPS: -1, BearerToken: "token"}
	config.ContentType = contentType
	client, err := incumbent.NewForConfig(config)
	if err != nil {
		return side{}, err
	}
	pods := client.Pods("default")
	obj := smallPod()
	return side{
		name: "client-go",
		get: func(ctx context.Context) error {
			pod, err := pods.Get(ctx, "web", metav1.GetOptions{})
			return check(pod.Name == "web", err)
		},
		list: func(ctx context.Context) error {
			list, err := pods.List(ctx, metav1.ListOptions{})
			return check(len(list.Items) == listed, err)
		},
		post: func(ctx context.Context) error {
			pod, err := pods.Create(ctx, obj, metav1.CreateOptions{})
			return check(pod.Name == "web", err)
		},
		watch: func(ctx context.Context) error { return drain(pods.Watch(ctx, metav1.ListOptions{})) },
	}, nil
}

// netHTTP sends and receives the same bytes. It only encodes what it posts, and decodes nothing.
func netHTTP(url, accept string) side {
	b := &bare{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 25}}, url: url, accept: accept}
	read := func(method, path string) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := b.send(ctx, method, path, nil)
			return err
		}
	}
	obj := smallPod()
	return side{
		name: "net/http",
		get:  read(http.MethodGet, podsPath+"/web"),
		list: read(http.MethodGet, podsPath),
		post: func(ctx context.Context) error {
			body, err := json.Marshal(obj)
			if err != nil {
				return err
			}
			_, err = b.send(ctx, http.MethodPost, podsPath, bytes.NewReader(body))
			return err
		},
		watch: read(http.MethodGet, podsPath+"?watch=true"),
	}
}

// decoding is netHTTP that also decodes. What a typed client takes beyond that is its own cost.
func decoding(url, accept string, decode func([]byte, *corev1.Pod) error) side {
	s := netHTTP(url, accept)
	b := &bare{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 25}}, url: url, accept: accept}
	s.name = "net/http+decode"
	s.get = func(ctx context.Context) error {
		data, err := b.send(ctx, http.MethodGet, podsPath+"/web", nil)
		if err != nil {
			return err
		}
		pod := &corev1.Pod{}
		err = decode(data, pod)
		return check(pod.Name == "web", err)
	}
	return s
}

const podsPath = "/api/v1/namespaces/default/pods"

// bare is a client of net/http alone.
type bare struct {
	client      *http.Client
	url, accept string
}

func (b *bare) send(ctx context.Context, method, path string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, b.url+path, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", b.accept)
	req.Header.Set("Authorization", "Bearer token")
	resp, err := b.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return data, check(len(data) > 0 && resp.StatusCode < http.StatusMultipleChoices, err)
}
