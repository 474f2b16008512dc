package exec_test

import (
	"errors"
	"fmt"

	"github.com/typewright/typewright/runtime/exec"
)

// What a remote command returned is an ExitError if it ran and failed.
func ExampleExitError() {
	var err error = exec.CodeExitError{Err: errors.New("no such file"), Code: 2}
	if failed, ok := errors.AsType[exec.ExitError](err); ok {
		fmt.Println(failed.ExitStatus(), failed)
	}
	// Output: 2 no such file
}
