package remotecommand

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/remotecommand"

	"github.com/typewright/typewright/runtime/exec"
)

func TestDecodeStatus(t *testing.T) {
	exited := func(causes ...metav1.StatusCause) metav1.Status {
		return metav1.Status{
			Status: metav1.StatusFailure, Reason: remotecommand.NonZeroExitCodeReason, Details: &metav1.StatusDetails{Causes: causes},
		}
	}
	for name, test := range map[string]struct {
		message any
		code    int
		want    string
	}{
		"success":          {message: metav1.Status{Status: metav1.StatusSuccess}},
		"exit code":        {message: exited(metav1.StatusCause{Type: "Other"}, metav1.StatusCause{Type: "ExitCode", Message: "137"}), code: 137},
		"no status":        {message: "x", want: "error stream protocol error"},
		"another status":   {message: metav1.Status{Status: "Perhaps"}, want: "unknown error"},
		"no details":       {message: metav1.Status{Status: metav1.StatusFailure, Reason: "NonZeroExitCode"}, want: "details must be set"},
		"no cause":         {message: exited(), want: "no ExitCode cause given"},
		"too large a code": {message: exited(metav1.StatusCause{Type: "ExitCode", Message: "256"}), want: `invalid exit code value "256"`},
		"no container":     {message: apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, "p").Status(), want: `pods "p" not found`},
	} {
		t.Run(name, func(t *testing.T) {
			message, err := json.Marshal(test.message)
			require.NoError(t, err)
			err = decodeStatus(message)
			var exit exec.ExitError
			switch {
			case test.code != 0:
				require.ErrorAs(t, err, &exit)
				assert.Equal(t, test.code, exit.ExitStatus())
			case test.want != "":
				assert.ErrorContains(t, err, test.want)
				assert.NotErrorAs(t, err, &exit)
			default:
				assert.NoError(t, err)
			}
		})
	}
	message, err := json.Marshal(apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, "p").Status())
	require.NoError(t, err)
	assert.True(t, apierrors.IsNotFound(decodeStatus(message)))
}
