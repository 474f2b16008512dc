package retry

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
)

var errConflict = apierrors.NewConflict(schema.GroupResource{Resource: "pods"}, "web", errors.New("changed"))

func TestRetryOnConflict(t *testing.T) {
	errOther := errors.New("other")
	for name, test := range map[string]struct {
		fails []error
		calls int
		want  error
	}{
		"at once":              {nil, 1, nil},
		"after two conflicts":  {[]error{errConflict, errConflict}, 3, nil},
		"another error ends":   {[]error{errConflict, errOther}, 2, errOther},
		"too many conflicts":   {[]error{errConflict, errConflict, errConflict, errConflict, errConflict, errConflict}, 5, errConflict},
		"another error, first": {[]error{errOther, errConflict}, 1, errOther},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				calls := 0
				err := RetryOnConflict(DefaultRetry, func() error {
					calls++
					if calls <= len(test.fails) {
						return test.fails[calls-1]
					}
					return nil
				})
				assert.Equal(t, test.calls, calls)
				require.ErrorIs(t, err, test.want)
			})
		})
	}
}

func TestNoStepsAreNoSuccess(t *testing.T) {
	err := OnError(wait.Backoff{}, apierrors.IsConflict, func() error { return nil })
	require.Error(t, err, "nothing was done")
}

func TestTheContextEndsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		slow := wait.Backoff{Steps: 10, Duration: time.Hour}
		begun := time.Now()
		err := RetryOnConflictWithContext(ctx, slow, func(context.Context) error { return errConflict })
		assert.True(t, apierrors.IsConflict(err), "%v", err)
		assert.Equal(t, time.Second, time.Since(begun))
		err = RetryOnConflictWithContext(ctx, slow, func(context.Context) error { return nil })
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
