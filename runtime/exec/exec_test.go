package exec_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/typewright/typewright/runtime/exec"
)

func TestCodeExitError(t *testing.T) {
	cause := errors.New("command terminated with exit code 3")
	err := fmt.Errorf("run: %w", exec.CodeExitError{Err: cause, Code: 3})
	var exit exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 3, exit.ExitStatus())
	assert.True(t, exit.Exited())
	assert.Equal(t, cause.Error(), exit.String())
	assert.Equal(t, cause.Error(), exit.Error())
	assert.ErrorIs(t, err, cause)
}
