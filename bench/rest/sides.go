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

func typewright(url string) (side, error) {
	group := typed.NewGroup(corev1.SchemeGroupVersion, corev1.AddToScheme)
	config := &rest.Config{Host: url, QPS: -1, BearerToken: "token"}
	config.ContentType = "application/json"
	client, err := group.RESTClientFor(config)
	if err != nil {
		return side{}, err
	}
	pods := typed.NewClient(typed.Options[*corev1.Pod, *corev1.PodList]{
		Resource: "pods", REST: client, ParameterCodec: group.ParameterCodec(), Namespace: "default", Namespaced: true,
		New: func() *corev1.Pod { return &corev1.Pod{} }, NewList: func() *corev1.PodList { return &corev1.PodList{} },
	})
	obj := smallPod()
	return side{
		name: "typewright",
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
			err := pods.StreamWatch(ctx, cache.StreamOptions{}, func(cache.StreamEvent[*corev1.Pod]) error { seen++; return nil })
			return check(seen == watched, err)
		},
	}, nil
}

func clientGo(url string) (side, error) {
	config := &incumbentrest.Config{Host: url, QPS: -1, BearerToken: "token"}
	config.ContentType = "application/json"
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

// netHTTP sends and receives the same bytes and looks at none of them, but for the encoding of what it posts.
func netHTTP(url string) side {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 25}}
	const path = "/api/v1/namespaces/default/pods"
	send := func(ctx context.Context, method, path string, body []byte) error {
		req, err := http.NewRequestWithContext(ctx, method, url+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("Authorization", "Bearer token")
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		data, err := io.ReadAll(resp.Body)
		return check(len(data) > 0 && resp.StatusCode < 300, err)
	}
	obj := smallPod()
	return side{
		name: "net/http",
		get:  func(ctx context.Context) error { return send(ctx, http.MethodGet, path+"/web", nil) },
		list: func(ctx context.Context) error { return send(ctx, http.MethodGet, path, nil) },
		post: func(ctx context.Context) error {
			body, err := json.Marshal(obj)
			if err != nil {
				return err
			}
			return send(ctx, http.MethodPost, path, body)
		},
		watch: func(ctx context.Context) error { return send(ctx, http.MethodGet, path+"?watch=true", nil) },
	}
}
