package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	listed  = 500
	watched = 10_000
)

// serveForever serves the same answers again and again, made beforehand, so that the server costs little. It prints its
// address, and ends when its input does: with the program that started it.
func serveForever(ctx context.Context) error {
	mux, err := answers()
	if err != nil {
		return err
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = server.Close()
	}()
	fmt.Println("http://" + listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func answers() (http.Handler, error) {
	small, err := json.Marshal(smallPod())
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
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_, _ = w.Write(body)
		}
	}
	mux.HandleFunc("GET /api/v1/namespaces/default/pods/web", fixed(http.StatusOK, small))
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

// startServer starts this program as the server, and returns its address and what ends it.
func startServer(ctx context.Context) (url string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, self, "-serve") //nolint:gosec // it is this very program
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	}
	url, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("wait for the server: %w", err)
	}
	return strings.TrimSpace(url), stop, nil
}
