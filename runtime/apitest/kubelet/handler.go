package kubelet

import (
	"io"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Handler serves the paths of a kubelet's own API, for an API server that is told that it is a node's kubelet.
func (k *Kubelet) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/exec/{namespace}/{pod}/{container}", answer(func(w http.ResponseWriter, req *http.Request) error {
		return k.ServeExec(w, req, containerOf(req))
	}))
	mux.HandleFunc("/attach/{namespace}/{pod}/{container}", answer(func(w http.ResponseWriter, req *http.Request) error {
		return k.ServeAttach(w, req, containerOf(req))
	}))
	mux.HandleFunc("/portForward/{namespace}/{pod}", answer(func(w http.ResponseWriter, req *http.Request) error {
		return k.ServePortForward(w, req, containerOf(req).Pod)
	}))
	mux.HandleFunc("/containerLogs/{namespace}/{pod}/{container}", answer(func(w http.ResponseWriter, req *http.Request) error {
		return k.ServeLog(w, req, containerOf(req))
	}))
	return mux
}

func containerOf(req *http.Request) Container {
	return Container{Pod: Pod{Namespace: req.PathValue("namespace"), Name: req.PathValue("pod")}, Name: req.PathValue("container")}
}

// answer answers with the error of a function, which has not answered then.
func answer(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if err := serve(w, req); err != nil {
			status := statusOf(err)
			http.Error(w, status.Message, int(status.Code))
		}
	}
}

// ServeLog answers a request for the log of a container. An error means that nothing has been answered yet.
func (k *Kubelet) ServeLog(w http.ResponseWriter, req *http.Request, c Container) error {
	if k.Log == nil {
		return refused("logs")
	}
	options, err := readLogOptions(req)
	if err != nil {
		return err
	}
	options.Container = c.Name
	out := &flusher{w: w}
	if err := k.Log(req.Context(), c, options, out); err != nil {
		if !out.begun {
			return err
		}
		panic(http.ErrAbortHandler) // the client must not take the log for complete
	}
	out.begin()
	return nil
}

// readLogOptions reads the parameters of a request for a log.
func readLogOptions(req *http.Request) (corev1.PodLogOptions, error) {
	var o corev1.PodLogOptions
	query := req.URL.Query()
	for name, to := range map[string]*bool{"follow": &o.Follow, "previous": &o.Previous, "timestamps": &o.Timestamps} {
		if text := query.Get(name); text != "" {
			value, err := strconv.ParseBool(text)
			if err != nil {
				return o, apierrors.NewBadRequest(name + ": " + err.Error())
			}
			*to = value
		}
	}
	for name, to := range map[string]**int64{"tailLines": &o.TailLines, "limitBytes": &o.LimitBytes, "sinceSeconds": &o.SinceSeconds} {
		if text := query.Get(name); text != "" {
			value, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return o, apierrors.NewBadRequest(name + ": " + err.Error())
			}
			*to = &value
		}
	}
	return o, nil
}

// flusher sends what is written at once.
type flusher struct {
	w     http.ResponseWriter
	begun bool
}

func (f *flusher) begin() {
	if !f.begun {
		f.begun = true
		f.w.Header().Set("Content-Type", "text/plain")
		f.w.WriteHeader(http.StatusOK)
	}
}

func (f *flusher) Write(p []byte) (int, error) {
	f.begin()
	n, err := f.w.Write(p)
	if err == nil {
		err = http.NewResponseController(f.w).Flush()
	}
	return n, err
}

var _ io.Writer = (*flusher)(nil)
