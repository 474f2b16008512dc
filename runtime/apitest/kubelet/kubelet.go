// Package kubelet answers requests for the containers of pods as a kubelet does: exec, attach, logs and port-forward, over SPDY,
// WebSocket, and SPDY in a WebSocket. Functions of the test stand for the containers. apitest serves the subresources of pods with
// it (Options.Kubelet), and Handler is a server for a real API server to talk to.
package kubelet

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/exec"
)

// Kubelet has a function for each kind of request. A nil function refuses the request. The context of a function ends with the
// client's connection, and with the server.
type Kubelet struct {
	// Exec runs the command of a session, and Attach attaches to what the container runs. A nil error is success, an
	// exec.ExitError is an exit code, an APIStatus is sent as it is, and any other error is an internal one.
	Exec   func(ctx context.Context, c Container, s *Session) error
	Attach func(ctx context.Context, c Container, s *Session) error
	// Log writes the log of a container. What it writes is sent at once. An error cuts the connection, as soon as something was
	// written.
	Log func(ctx context.Context, c Container, options corev1.PodLogOptions, w io.Writer) error
	// PortForward serves one connection to a port of a pod. Its error is sent to the client.
	PortForward func(ctx context.Context, pod Pod, port uint16, conn io.ReadWriteCloser) error
}

// Pod names a pod.
type Pod struct{ Namespace, Name string }

// Container names a container.
type Container struct {
	Pod  Pod
	Name string
}

// Session is a command, and its streams. Streams that the client did not ask for are nil.
type Session struct {
	Command        []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	TTY            bool
	// Resize has the sizes of the client's terminal. It is closed when there are no more.
	Resize <-chan Size
}

// Size is a size of a terminal.
type Size struct{ Width, Height uint16 }

// streamTimeout is how long a client may take to open its streams.
const streamTimeout = 30 * time.Second

// options are the streams that a request asks for.
type options struct{ stdin, stdout, stderr, tty bool }

func readOptions(req *http.Request) options {
	query := req.URL.Query()
	is := func(names ...string) bool {
		for _, name := range names {
			if wanted, err := strconv.ParseBool(query.Get(name)); err == nil && wanted {
				return true
			}
		}
		return false
	}
	// A kubelet's own parameters have other names than those of the API: input, output and error.
	o := options{is("stdin", "input"), is("stdout", "output"), is("stderr", "error"), is("tty")}
	o.stderr = o.stderr && !o.tty
	return o
}

// ServeExec answers a request to run a command in a container. An error means that nothing has been answered yet.
func (k *Kubelet) ServeExec(w http.ResponseWriter, req *http.Request, c Container) error {
	if k.Exec == nil {
		return refused("exec")
	}
	return serveSession(w, req, func(ctx context.Context, s *Session) error { return k.Exec(ctx, c, s) })
}

// ServeAttach answers a request to attach to a container.
func (k *Kubelet) ServeAttach(w http.ResponseWriter, req *http.Request, c Container) error {
	if k.Attach == nil {
		return refused("attach")
	}
	return serveSession(w, req, func(ctx context.Context, s *Session) error { return k.Attach(ctx, c, s) })
}

func refused(what string) error {
	return apierrors.NewBadRequest("the kubelet of this test has no function for " + what)
}

// statusOf returns what the client is told of the end of a session.
func statusOf(err error) metav1.Status {
	var exit exec.ExitError
	var known apierrors.APIStatus
	switch {
	case err == nil:
		return metav1.Status{Status: metav1.StatusSuccess}
	case errors.As(err, &exit):
		return metav1.Status{
			Status: metav1.StatusFailure, Reason: remotecommand.NonZeroExitCodeReason, Message: err.Error(),
			Details: &metav1.StatusDetails{Causes: []metav1.StatusCause{
				{Type: remotecommand.ExitCodeCauseType, Message: strconv.Itoa(exit.ExitStatus())},
			}},
		}
	case errors.As(err, &known):
		return known.Status()
	default:
		return apierrors.NewInternalError(err).Status()
	}
}
