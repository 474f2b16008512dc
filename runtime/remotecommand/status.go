package remotecommand

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/exec"
)

// decodeStatus returns how a command has ended by the Status that the server sent: nil, a CodeExitError, or a StatusError.
func decodeStatus(message []byte) error {
	var status metav1.Status
	if err := json.Unmarshal(message, &status); err != nil {
		return fmt.Errorf("error stream protocol error: %w in %q", err, message)
	}
	switch {
	case status.Status == metav1.StatusSuccess:
		return nil
	case status.Status != metav1.StatusFailure:
		return errors.New("error stream protocol error: unknown error")
	case status.Reason == remotecommand.NonZeroExitCodeReason:
		return decodeExitCode(status.Details)
	default:
		return &apierrors.StatusError{ErrStatus: status}
	}
}

func decodeExitCode(details *metav1.StatusDetails) error {
	if details == nil {
		return errors.New("error stream protocol error: details must be set")
	}
	for _, cause := range details.Causes {
		if cause.Type != remotecommand.ExitCodeCauseType {
			continue
		}
		code, err := strconv.ParseUint(cause.Message, 10, 8)
		if err != nil {
			return fmt.Errorf("error stream protocol error: invalid exit code value %q", cause.Message)
		}
		return exec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: int(code)}
	}
	return fmt.Errorf("error stream protocol error: no %s cause given", remotecommand.ExitCodeCauseType)
}
