package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"

	"github.com/typewright/typewright/bench/internal/proc"
)

const (
	listed  = 500
	watched = 10_000
)

// serveForever serves prepared answers, so that the server takes little processor time.
func serveForever(ctx context.Context) error {
	mux, err := answers()
	if err != nil {
		return err
	}
	return proc.Serve(ctx, mux)
}

func answers() (http.Handler, error) {
	small, err := json.Marshal(smallPod())
	if err != nil {
		return nil, err
	}
	smallProtobuf, err := runtime.Encode(protobuf.NewSerializer(nil, nil), smallPod())
	if err != nil {
		return nil, err
	}
	list := &corev1.PodList{}
	list.APIVersion, list.Kind = "v1", "PodList"
	for i := range listed {
		list.Items = append(list.Items, *largePod(i))
	}
	large, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	var events strings.Builder
	for i := range watched {
		object, err := json.Marshal(largePod(i % listed))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&events, `{"type":"MODIFIED","object":%s}`+"\n", object)
	}
	stream := []byte(events.String())
	mux := http.NewServeMux()
	fixed := func(code int, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { write(w, r, runtime.ContentTypeJSON, code, body) }
	}
	mux.HandleFunc("GET /api/v1/namespaces/default/pods/web", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("Accept"), runtime.ContentTypeProtobuf) {
			write(w, r, runtime.ContentTypeProtobuf, http.StatusOK, smallProtobuf)
			return
		}
		write(w, r, runtime.ContentTypeJSON, http.StatusOK, small)
	})
	mux.HandleFunc("POST /api/v1/namespaces/default/pods", fixed(http.StatusCreated, small))
	mux.HandleFunc("GET /api/v1/namespaces/default/pods", func(w http.ResponseWriter, r *http.Request) {
		body := large
		if r.URL.Query().Get("watch") != "" {
			body = stream
		}
		fixed(http.StatusOK, body)(w, r)
	})
	return mux, nil
}

func write(w http.ResponseWriter, r *http.Request, contentType string, code int, body []byte) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(code)
	_, _ = w.Write(body)
}
