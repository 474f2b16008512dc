package weather

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/typewright/typewright/runtime/apitest"
	"github.com/typewright/typewright/runtime/cache"
)

// TestACacheThatDoesNotSyncSaysWhy has an informer of a server that answers lists with garbage or errors.
func TestACacheThatDoesNotSyncSaysWhy(t *testing.T) {
	for name, test := range map[string]struct {
		answer apitest.Effect
		reason cache.FailureReason
		words  string
	}{
		"half a list":       {apitest.Answer(200, "application/json", `{"kind":"ConfigMapList","items":[{"metadata":`), cache.ReasonDecode, "the list broke after 45 bytes"},
		"a list of numbers": {apitest.Answer(200, "application/json", `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[7]}`), cache.ReasonDecode, "number"},
		"forbidden":         {apitest.Fail(apierrors.NewForbidden(resource, "", errors.New("not you"))), cache.ReasonForbidden, "not you"},
		"unknown":           {apitest.Fail(apierrors.NewNotFound(resource, "")), cache.ReasonNotFound, "not found"},
		"broken off":        {apitest.CutBody(20), cache.ReasonConnection, "unexpected EOF"},
		"reset":             {apitest.Reset(), cache.ReasonConnection, "connection reset"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := apitest.Start(t, apitest.Options{Scheme: scheme(), InMemory: true})
				server.Inject(apitest.Fault{Verbs: []string{"list"}, Do: test.answer})
				client := clientFor[*corev1.ConfigMap, *corev1.ConfigMapList](t, server.Config(), "configmaps", "default")
				informer := cache.NewTypedInformer(source{client, true}, cache.SharedIndexInformerOptions{})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); informer.RunWithContext(ctx) }()
				begun := time.Now()

				waiting, giveUp := context.WithTimeout(ctx, time.Minute)
				defer giveUp()
				err := cache.WaitForSync(waiting, informer)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				var failure *cache.FailureError
				require.ErrorAs(t, err, &failure)
				assert.Equal(t, test.reason, failure.Reason, err.Error())
				require.ErrorContains(t, err, test.words)
				assert.Greater(t, failure.Failures, 1)
				assert.Less(t, failure.Since.Sub(begun), 15*time.Second, "since the first failure; a reset is retried for ten seconds")

				server.RemoveFaults()
				require.NoError(t, cache.WaitForSync(ctx, informer))
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				status, _ := cache.StatusOf(informer)
				assert.NoError(t, status.Err, "a watch that lasts is a sign of health")
				cancel()
				<-done
			})
		})
	}
}
