package retry_test

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/typewright/typewright/runtime/retry"
)

func ExampleRetryOnConflict() {
	attempt := 0
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		attempt++
		// Get the object, change it, update it; return the error of Update as it is.
		if attempt == 1 {
			return apierrors.NewConflict(schema.GroupResource{Resource: "ships"}, "argo", errors.New("somebody was faster"))
		}
		return nil
	})
	fmt.Println(attempt, err)
	// Output: 2 <nil>
}
